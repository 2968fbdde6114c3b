"""What the simulated world remembers: money, messages, and what tests arranged."""

from django.db import models, transaction
from django.db.models import F, Q


class World(models.Model):
    """One row: how far the clock was pushed."""

    clock_offset = models.FloatField(default=0)

    def __str__(self):
        return f"{self.clock_offset:+.0f} s"


class Rule(models.Model):
    """An answer on which a bank's manuals disagree, chosen otherwise than usual."""

    psp = models.CharField(max_length=20)
    name = models.CharField(max_length=50)
    value = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["psp", "name"], name="rule_chosen_once")
        ]

    def __str__(self):
        return f"{self.psp}: {self.name} = {self.value}"


class State(models.TextChoices):
    CREATED = "created", "توکن داده شد"
    ENTERED = "entered", "در صفحه پرداخت"
    PAID = "paid", "پول گرفته شد، بدون تأیید پذیرنده"
    VERIFIED = "verified", "تأیید شد"
    SETTLED = "settled", "تأیید و تسویه شد"
    REVERSED = "reversed", "با درخواست پذیرنده برگشت خورد"
    AUTO_RETURNED = "auto_returned", "خودکار به کارت برگشت"
    CANCELLED = "cancelled", "پرداخت‌کننده انصراف داد"
    FAILED = "failed", "ناموفق"
    EXPIRED = "expired", "مهلت گذشت"


class TransactionQuerySet(models.QuerySet):
    def pass_time(self, now):
        """Do what the banks do by themselves when a deadline has passed."""
        for row in self.filter(due_at__lte=now):
            row.lapse()


class Transaction(models.Model):
    """One token and all that became of it: the truth about the money."""

    psp = models.CharField(max_length=20)
    terminal = models.CharField(max_length=50)  # its number at this bank
    merchant = models.CharField(max_length=100)  # the name on the pay page
    order_number = models.CharField(max_length=100)
    once = models.BooleanField(default=True)  # an order number used again is refused
    amount = models.BigIntegerField()  # rial
    callback_url = models.CharField(max_length=2083)
    mobile = models.CharField(max_length=20, blank=True)
    deposit_identifier = models.CharField(max_length=50, blank=True)
    shares = models.JSONField(default=list)  # parts of a split amount, as asked for
    facts = models.JSONField(default=dict)  # what only this bank remembers
    token = models.CharField(max_length=200)
    page_key = models.CharField(max_length=50, unique=True)
    back_by = models.CharField(max_length=4, default="POST")

    state = models.CharField(max_length=20, choices=State, default=State.CREATED)
    outcome = models.CharField(max_length=30, blank=True)  # how the pay page ended
    habit = models.CharField(max_length=10, blank=True)  # how the payer comes back
    message = models.CharField(max_length=200, blank=True)

    card_mask = models.CharField(max_length=20, blank=True)
    card_hash = models.CharField(max_length=64, blank=True)
    receipt_number = models.CharField(max_length=50, blank=True)
    rrn = models.CharField(max_length=20, blank=True)
    trace_no = models.CharField(max_length=10, blank=True)
    otp = models.CharField(max_length=10, blank=True)
    otp_expires_at = models.DateTimeField(null=True)
    otp_tries = models.IntegerField(default=0)
    verify_calls = models.IntegerField(default=0)
    settle_calls = models.IntegerField(default=0)
    inquire_calls = models.IntegerField(default=0)
    reverse_calls = models.IntegerField(default=0)

    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    entered_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, db_index=True)  # the bank then acts alone
    due_state = models.CharField(max_length=20, choices=State, blank=True)

    objects = TransactionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["psp", "terminal", "order_number"],
                condition=Q(once=True),
                name="order_number_used_once",
            ),
            models.UniqueConstraint(fields=["psp", "token"], name="token_given_once"),
            models.UniqueConstraint(
                fields=["psp", "receipt_number"],
                condition=~Q(receipt_number=""),
                name="receipt_number_used_once",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="transaction_amount_positive"
            ),
        ]

    def __str__(self):
        return f"{self.psp}/{self.terminal}/{self.order_number}"

    def move(self, expected, **changes):
        """Change the row unless somebody was faster; tell whether it was changed.

        A new state has no deadline unless one is given with it.
        """
        if "state" in changes:
            changes = {"due_at": None, "due_state": ""} | changes
        mine = Transaction.objects.filter(pk=self.pk, state=expected)
        moved = mine.update(**changes) == 1
        self.refresh_from_db()
        return moved

    def lapse(self):
        """Nobody acted in time."""
        changes = {"state": self.due_state, "ended_at": self.due_at}
        if self.state == State.ENTERED:
            changes["outcome"] = "timeout"
        if self.due_state == State.SETTLED:
            changes["settled_at"] = self.due_at
        self.move(self.state, **changes)

    def count(self, operation):
        """One more call of verify, settle, inquire or reverse about this row."""
        name = f"{operation}_calls"
        Transaction.objects.filter(pk=self.pk).update(**{name: F(name) + 1})


class Sms(models.Model):
    number = models.CharField(max_length=20, db_index=True)  # 09121234567
    sender = models.CharField(max_length=30)
    text = models.TextField()
    template = models.CharField(max_length=50, blank=True)
    created_at = models.DateTimeField()

    def __str__(self):
        return self.number


class Mail(models.Model):
    to = models.CharField(max_length=254, db_index=True)
    sender = models.CharField(max_length=254)
    subject = models.TextField()
    text = models.TextField()
    created_at = models.DateTimeField()

    def __str__(self):
        return f"{self.to}: {self.subject}"


class FaultQuerySet(models.QuerySet):
    def take(self, operation, psp=""):
        """The oldest fault waiting for this operation, used up by one, or None."""
        waiting = self.filter(operation=operation, psp__in=["", psp], times__gt=0)
        with transaction.atomic():
            fault = waiting.order_by("pk").first()
            used = fault and waiting.filter(pk=fault.pk).update(times=F("times") - 1)
        return fault if used else None


class Fault(models.Model):
    """A breakdown arranged for the next calls of one operation."""

    psp = models.CharField(max_length=20, blank=True)  # empty: whichever comes first
    operation = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    phase = models.CharField(max_length=10, default="before")
    times = models.IntegerField(default=1)
    seconds = models.FloatField(default=30)
    code = models.CharField(max_length=50, blank=True)

    objects = FaultQuerySet.as_manager()

    def __str__(self):
        where = f"{self.psp} {self.operation}".strip()
        return f"{where}: {self.kind} {self.phase} ×{self.times}"
