"""Every bank of the sandbox: one module each, and one line here."""

from importlib import import_module

NAMES = (
    "sep",  # Saman
    "mellat",  # Behpardakht
    "sadad",  # Bank Melli
    "parsian",  # PEC
    "pasargad",  # PEP
    "irankish",
    "asanpardakht",
    "sepehr",
    "zarinpal",
    "zibal",
    "vandar",
    "payping",
)
BANKS = {name: import_module(f"{__name__}.{name}").BANK for name in NAMES}
