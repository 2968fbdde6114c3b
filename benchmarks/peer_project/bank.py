import os

from azbankgateways.banks import SEP


class Stub(SEP):
    """The peer's driver for SEP; only its three addresses are replaced."""

    def __init__(self, **options):
        super().__init__(**options)
        bank = os.environ["BANK_URL"]
        self._token_api_url = f"{bank}/onlinepg/onlinepg"
        self._payment_url = f"{bank}/OnlinePG/OnlinePG"
        self._verify_api_url = f"{bank}/verifyTxnRandomSessionkey/ipg/VerifyTransaction"
