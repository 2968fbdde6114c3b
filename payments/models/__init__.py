"""Payments, what is claimed about them, and everything that happened to them."""

from payments.models.calls import GatewayCall, GatewayCallBody
from payments.models.checks import MoneyCheck
from payments.models.claims import Claim
from payments.models.decisions import Acknowledgement, Decision
from payments.models.events import PaymentEvent
from payments.models.payments import IllegalMove, LostRace, Payment, by_link
from payments.models.terminals import Terminal

__all__ = [
    "Acknowledgement",
    "Claim",
    "Decision",
    "GatewayCall",
    "GatewayCallBody",
    "IllegalMove",
    "LostRace",
    "MoneyCheck",
    "Payment",
    "PaymentEvent",
    "Terminal",
    "by_link",
]
