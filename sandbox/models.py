"""What the simulated world remembers: money, messages, and what tests arranged."""

from datetime import timedelta

from django.db import models, transaction
from django.db.models import F, Q

PAGE_OPEN_FOR = timedelta(minutes=10)  # between entering the pay page and paying
VERIFY_WITHIN = timedelta(minutes=30)  # else the money goes back to the card
REVERSE_WITHIN = timedelta(minutes=50)


class World(models.Model):
    """One row: the clock, and the answers on which the bank's manuals disagree."""

    RULES = ("repeat_verify", "late_repeat_verify", "repeat_detail")

    clock_offset = models.FloatField(default=0)
    repeat_verify = models.IntegerField(default=2)  # 0: as at the first time
    late_repeat_verify = models.IntegerField(default=2)  # after 30 minutes; may be -6
    repeat_detail = models.BooleanField(default=True)  # does code 2 tell the amount?

    def __str__(self):
        return f"{self.clock_offset:+.0f} s"


class Terminal(models.Model):
    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)

    def __str__(self):
        return self.number


class State(models.TextChoices):
    CREATED = "created", "توکن داده شد"
    ENTERED = "entered", "در صفحه پرداخت"
    PAID = "paid", "پول گرفته شد، بدون تأیید پذیرنده"
    VERIFIED = "verified", "تأیید شد"
    REVERSED = "reversed", "با درخواست پذیرنده برگشت خورد"
    AUTO_RETURNED = "auto_returned", "تأیید نشد و خودکار برگشت"
    CANCELLED = "cancelled", "پرداخت‌کننده انصراف داد"
    FAILED = "failed", "ناموفق"
    EXPIRED = "expired", "مهلت گذشت"


class TransactionQuerySet(models.QuerySet):
    def pass_time(self, now):
        """Do what the bank does by itself when a deadline has passed."""
        self.filter(state=State.CREATED, expires_at__lte=now).update(
            state=State.EXPIRED, ended_at=F("expires_at")
        )
        self.filter(state=State.ENTERED, entered_at__lte=now - PAGE_OPEN_FOR).update(
            state=State.EXPIRED,
            outcome="SessionIsNull",
            ended_at=F("entered_at") + PAGE_OPEN_FOR,
        )
        self.filter(state=State.PAID, paid_at__lte=now - VERIFY_WITHIN).update(
            state=State.AUTO_RETURNED, ended_at=F("paid_at") + VERIFY_WITHIN
        )


class Transaction(models.Model):
    """One token and all that became of it: the truth about the money."""

    terminal = models.ForeignKey(Terminal, models.PROTECT)
    res_num = models.CharField(max_length=50)
    amount = models.BigIntegerField()
    redirect_url = models.CharField(max_length=2083)
    cell_number = models.CharField(max_length=20, blank=True)
    token = models.CharField(max_length=50, unique=True)
    page_key = models.CharField(max_length=50, unique=True)
    get_method = models.BooleanField(default=False)

    state = models.CharField(max_length=20, choices=State, default=State.CREATED)
    outcome = models.CharField(max_length=30, blank=True)  # State of the callback
    habit = models.CharField(max_length=10, blank=True)  # how the payer comes back
    message = models.CharField(max_length=200, blank=True)

    card_mask = models.CharField(max_length=20, blank=True)
    card_hash = models.CharField(max_length=64, blank=True)
    ref_num = models.CharField(max_length=50, blank=True)
    rrn = models.CharField(max_length=20, blank=True)
    trace_no = models.CharField(max_length=10, blank=True)
    otp = models.CharField(max_length=10, blank=True)
    otp_expires_at = models.DateTimeField(null=True)
    otp_tries = models.IntegerField(default=0)
    verify_calls = models.IntegerField(default=0)
    reverse_calls = models.IntegerField(default=0)

    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    entered_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = TransactionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["terminal", "res_num"], name="order_number_used_once"
            ),
            models.UniqueConstraint(
                fields=["ref_num"],
                condition=~Q(ref_num=""),
                name="receipt_number_used_once",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="transaction_amount_positive"
            ),
        ]

    def __str__(self):
        return f"{self.terminal_id}/{self.res_num}"

    def move(self, expected, **changes):
        """Change the row unless somebody was faster; tell whether it was changed."""
        mine = Transaction.objects.filter(pk=self.pk, state=expected)
        moved = mine.update(**changes) == 1
        self.refresh_from_db()
        return moved


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
    def take(self, operation):
        """The oldest fault waiting for this operation, used up by one, or None."""
        waiting = self.filter(operation=operation, times__gt=0)
        with transaction.atomic():
            fault = waiting.order_by("pk").first()
            used = fault and waiting.filter(pk=fault.pk).update(times=F("times") - 1)
        return fault if used else None


class Fault(models.Model):
    """A breakdown arranged for the next calls of one operation."""

    operation = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    phase = models.CharField(max_length=10, default="before")
    times = models.IntegerField(default=1)
    seconds = models.FloatField(default=30)
    code = models.CharField(max_length=10, blank=True)

    objects = FaultQuerySet.as_manager()

    def __str__(self):
        return f"{self.operation}: {self.kind} {self.phase} ×{self.times}"
