"""The merchant's accounts at the banks; each bank's module lists its own."""

import os
from dataclasses import dataclass, field

UNIVERSITY = "درآمدهای اختصاصی دانشگاه کردستان"


@dataclass(frozen=True)
class Terminal:
    """Its secrets stand in the environment as TERMINAL_<ALIAS>_<NAME>, for the portal
    and for the bank."""

    number: str
    alias: str = ""
    title: str = UNIVERSITY
    is_active: bool = True
    rules: dict = field(default_factory=dict)

    def secret(self, name):
        return os.environ.get(f"TERMINAL_{self.alias}_{name}".upper(), "")

    def knows(self, **given):
        """Whether all of these are its secrets; one that is not set is never right."""
        return all(
            self.secret(name) and str(value) == self.secret(name)
            for name, value in given.items()
        )
