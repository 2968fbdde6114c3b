"""The banks, found by name through settings.GATEWAYS."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from payments.gateways.base import Gateway, Line, Traits


@cache
def _driver(dotted_path: str) -> type:
    driver: type = import_string(dotted_path)
    return driver


def gateway(psp: str, line: Line, **terminal: str) -> Gateway:
    """Return the driver of ``psp`` for one terminal, speaking through ``line``."""
    chosen = settings.GATEWAYS[psp]
    built: Gateway = _driver(chosen["BACKEND"])(
        line=line, **chosen["OPTIONS"], **terminal
    )
    return built


def traits(psp: str) -> Traits:
    """Return what is true of the bank as such, without a terminal."""
    found: Traits = _driver(settings.GATEWAYS[psp]["BACKEND"]).traits  # type: ignore[attr-defined]
    return found
