"""Payments, what is claimed about them, and everything that happened to them."""

from payments.models.calls import GatewayCall, GatewayCallBody
from payments.models.claims import Claim
from payments.models.events import PaymentEvent
from payments.models.payments import EDGES, IllegalMove, LostRace, Payment
from payments.models.terminals import Terminal

__all__ = [
    "EDGES",
    "Claim",
    "GatewayCall",
    "GatewayCallBody",
    "IllegalMove",
    "LostRace",
    "Payment",
    "PaymentEvent",
    "Terminal",
]
