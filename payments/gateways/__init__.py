"""The banks, found by name through settings.GATEWAYS."""

import re
from collections.abc import Iterator
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from payments.gateways.base import Code, Codes, Gateway, Line, Traits


@cache
def _driver(dotted_path: str) -> type:
    driver: type = import_string(dotted_path)
    return driver


def gateway(psp: str, line: Line, *, alias: str, merchant_number: str) -> Gateway:
    """Return the driver of ``psp`` for one terminal, speaking through ``line``.

    Raises ImproperlyConfigured where the terminal is not set up.
    """
    for problem in problems(psp, alias=alias, merchant_number=merchant_number):
        raise ImproperlyConfigured(problem)
    chosen = settings.GATEWAYS[psp]
    built: Gateway = _driver(chosen["BACKEND"])(
        line=line,
        merchant_number=merchant_number,
        **chosen["OPTIONS"],
        **_settings(psp, alias),
    )
    return built


def traits(psp: str) -> Traits:
    """Return what is true of the bank as such, without a terminal."""
    found: Traits = _driver(settings.GATEWAYS[psp]["BACKEND"]).traits  # type: ignore[attr-defined]
    return found


def meaning(psp: str, operation: str, code: str) -> Code | None:
    """Return what the bank's code means, if the bank's documents tell."""
    codes: Codes = _driver(settings.GATEWAYS[psp]["BACKEND"]).codes  # type: ignore[attr-defined]
    return codes.get(operation, {}).get(code)


def problems(psp: str, *, alias: str, merchant_number: str) -> Iterator[str]:
    """Yield what keeps a terminal from being spoken for; never a value."""
    if psp not in settings.GATEWAYS:
        yield _("%(psp)s is not among the banks of settings.GATEWAYS") % {"psp": psp}
        return
    if not re.fullmatch(traits(psp).merchant_number, merchant_number):
        yield _("%(psp)s has no merchant numbers of this form") % {"psp": psp}
    wanted = traits(psp).settings
    for name, value in _settings(psp, alias).items():
        variable = {"variable": _variable(alias, name)}
        if value is None:
            yield _("%(variable)s is not set in the environment") % variable
        elif not re.fullmatch(wanted[name].pattern, value, re.DOTALL):
            yield _("%(variable)s is malformed in the environment") % variable


def _settings(psp: str, alias: str) -> dict[str, str | None]:
    return {
        name: settings.TERMINAL_SETTINGS.get(_variable(alias, name), wanted.default)
        for name, wanted in traits(psp).settings.items()
    }


def _variable(alias: str, name: str) -> str:
    """Return the environment's name for a setting of a terminal."""
    return f"TERMINAL_{alias}_{name}".upper().replace("-", "_")
