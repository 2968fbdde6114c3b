"""The seam to a bank: plain values in, plain values out, two ways to fail.

A driver knows one bank's protocol and nothing else: no model, no request, no
transaction, no clock. It speaks through a ``Line`` that the caller gives it, which
bounds every call in time and keeps a masked copy for the record.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import ClassVar, Protocol

from payment_portal.outbound import Answer
from payments.gateways import meanings


class Line(Protocol):
    """What a driver may use of the outside world."""

    def post_json(self, url: str, body: Mapping[str, object], **headers: str) -> Answer:
        """Post JSON; raises Unknown if no whole answer arrives in time."""

    def post_xml(self, url: str, body: str, **headers: str) -> Answer:
        """Post XML; raises Unknown if no whole answer arrives in time."""

    def get(self, url: str, query: Mapping[str, str], **headers: str) -> Answer:
        """Get an address; raises Unknown if no whole answer arrives in time."""


@dataclass(frozen=True)
class Order:
    """What is to be paid. ``token`` is empty until the bank has given one."""

    number: str  # 12 digits, never used twice
    amount: int  # rial
    callback_url: str
    asked_at: datetime  # when the payer was about to be sent away, Tehran's time
    mobile: str = ""  # E.164
    description: str = ""  # what is paid for, in the payer's language
    deposit_identifier: str = ""  # of the account, where the treasury wants one
    token: str = ""

    @property
    def local_mobile(self) -> str:
        """As it is dialled in Iran, 0912…; nothing if it is a foreign one."""
        iranian = self.mobile.startswith("+98")
        return f"0{self.mobile.removeprefix('+98')}" if iranian else ""


@dataclass(frozen=True)
class Redirect:
    """Where and how the payer's browser goes to the bank."""

    token: str
    url: str
    method: str = "GET"  # or POST
    fields: dict[str, str] = field(default_factory=dict)


class Claimed(Enum):
    """What is said to have happened at the bank: a claim, never a fact.

    A browser's PENDING says nothing that counts: this bank has to be asked. A bank's
    own PENDING says that the payer has not finished.
    """

    PAID = "paid"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    EXPIRED = "expired"
    PENDING = "pending"


@dataclass(frozen=True)
class Callback:
    """What the browser brought back, or the bank answered to an inquiry.

    Empty text where there is no such field.
    """

    claimed: Claimed
    receipt_number: str = ""
    token: str = ""
    order_number: str = ""
    merchant_number: str = ""
    code: str = ""


@dataclass(frozen=True)
class Confirmation:
    """What the bank itself confirms; empty where its answer has no such field."""

    receipt_number: str  # this, the amount and the terminal every bank tells
    amount: int  # rial, what the payer was asked for
    merchant_number: str
    reference_number: str
    received: int | None = None  # rial, what is credited, if the bank tells both
    tracking_number: str = ""
    masked_card: str = ""  # as the bank says it; whoever stores it masks it once more
    order_number: str = ""
    token: str = ""
    code: str = ""


class No(Enum):
    """Why the bank's answer is a clear no."""

    DECLINED = "declined"
    REVERSED = "reversed"
    WINDOW_OVER = "window over"
    ANOTHERS = "another's"  # the receipt is not this order's; its money is untouched


class Kind(Enum):
    """What a bank's code means to the machine."""

    YES = "yes"
    DONE_BEFORE = "done before"  # a yes, once everything stored has been compared
    NO = "no"
    REVERSED = "reversed"
    WINDOW_OVER = "window over"
    UNKNOWN = "unknown"  # may be asked again
    SET_UP = "set up"  # only an operator can mend it


@dataclass(frozen=True)
class Code:
    """One result code of a bank, and what it tells the payer (a msgid, or nothing)."""

    kind: Kind
    text: str = ""

    @property
    def told(self) -> str:
        """The msgid for the payer: the code's own, or what its kind means to him."""
        return self.text or meanings.OF_KINDS.get(self.kind.value, "")


class Malformed(Exception):
    """The browser brought something this bank never sends."""


class Refused(Exception):
    """The bank answered no, and this is final."""

    def __init__(self, code: str, no: No = No.DECLINED) -> None:
        super().__init__(f"refused with code {code}")
        self.code = code
        self.no = no


class Unknown(Exception):
    """No trustworthy answer: it may have happened or not.

    ``silent`` marks a bank that did not speak at all (no answer, server error);
    ``faulty_set_up`` marks answers that only an operator can mend (address not
    registered, terminal inactive).
    """

    def __init__(
        self, reason: str, *, silent: bool = False, faulty_set_up: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.silent = silent
        self.faulty_set_up = faulty_set_up


@dataclass(frozen=True)
class TerminalSetting:
    """What a driver needs to know of one terminal beside its merchant number.

    It stands in the environment, for most of it is secret. Without a default it is
    required. ``pattern`` is a regular expression for the whole value.
    """

    pattern: str
    default: str | None = None


@dataclass(frozen=True)
class Traits:
    """What is true of a bank as such; nothing here is a promise of ours."""

    title: str  # msgid of the bank's name
    token_life: timedelta
    verify_window: timedelta  # unverified money goes back by itself after it
    verify_names_order: bool  # else only the receipt's uniqueness stops its reuse
    reverse_window: timedelta | None = None  # after the payment; None: not at all
    needs_settlement: bool = False
    can_inquire: bool = False  # by our order number or the token alone
    inquiry_settles: bool = False  # asking about paid money takes it
    tells_identifier: bool = False  # has a field for the deposit identifier
    smallest_amount: int = 1_000  # rial
    merchant_number: str = "[0-9]{1,15}"  # a regular expression for all of it
    settings: Mapping[str, TerminalSetting] = field(default_factory=dict)
    secrets: frozenset[str] = field(default_factory=frozenset)  # fields to be masked


# Operation -> code -> meaning. "return" is what the browser brings.
Codes = Mapping[str, Mapping[str, Code]]


class Gateway(Protocol):
    """One bank's protocol for one terminal.

    ``settle`` and ``inquire`` are there only where the traits say so.
    """

    traits: ClassVar[Traits]
    codes: ClassVar[Codes]

    def start(self, order: Order) -> Redirect:
        """Ask for a token. Raises Refused, Unknown."""

    def read_callback(self, fields: Mapping[str, str]) -> Callback:
        """Read what the browser brought; no network. Raises Malformed."""

    def verify(self, order: Order, receipt_number: str) -> Confirmation:
        """Ask the bank whether this receipt is paid. Raises Refused, Unknown."""

    def reverse(self, order: Order, receipt_number: str) -> None:
        """Give the money back, whole. Raises Refused, Unknown."""

    def settle(self, order: Order, receipt_number: str) -> None:
        """Have verified money deposited. Raises Refused, Unknown."""

    def inquire(self, order: Order) -> Callback:
        """Ask what became of an order nobody came back for. Raises Unknown."""
