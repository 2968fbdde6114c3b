"""Fill a portal's tables with copies of its paid and its cancelled payment.

Runs as a process with the portal's environment: python -m benchmarks.rows FIRST LAST
Every copy has its own events, claim, calls, bodies and message, as its original has,
and belongs to one of many payers. Constraints are checked; foreign keys are right by
the way they are made, so PostgreSQL is not asked to look each of them up.
"""

import sys

import django

PAYMENTS_A_PAYER = 25
BASE = 1_000_000_000  # the numbers of copied rows lie above
# Every tenth was cancelled: state of the original -> which copies are made of it.
SHARES = {"paid": "i %% 10 <> 0", "unpaid": "i %% 10 = 0"}
# Columns that must differ: i counts the copies, md5 spreads them over their index.
FRESH = {
    "order_number": "(100000000000 + i::bigint * 736878701 %% 899999999999)::text",
    "tracking_number": "i::text",
    "reference_number": "i::text",
    "submission_key": "substr(md5('s' || i), 1, 22)",
    "callback_key": "substr(md5('c' || i), 1, 22)",
    "verify_key": "substr(md5('v' || i), 1, 22)",
    "verify_code": "lpad(i::text, 10, '0')",
    "token": "md5('t' || i)",
    "receipt_number": "md5('r' || i)",
    "key": "'copy:' || i",
}
INSERT = """
    INSERT INTO {table} ({columns})
    SELECT {values} FROM {table} AS t, generate_series(%s, %s) AS i
    WHERE t.{key} = ANY(%s) AND {share}
"""


def main(first, last):
    django.setup()
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        people = payers(first, last)
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL statement_timeout = 0")  # a million take a while
        for state, share in SHARES.items():
            originals = original_rows(state)
            for model in originals:
                insert = statement(model, originals, people, share)
                cursor.execute(insert, [first, last, originals[model]])


def payers(first, last):
    """Number of the first payer, and how many there are: enough for so many rows."""
    from accounts.models import User
    from payments import seeding

    seeding.payers(last // PAYMENTS_A_PAYER - first // PAYMENTS_A_PAYER)
    everybody = User.objects.filter(is_staff=False, mobile__startswith="+9891")
    people = everybody.filter(mobile__gte="+98912").order_by("pk")
    return people[0].pk, people.count()


def original_rows(state):
    """Model -> numbers of the rows that hang on the payment of this state."""
    from accounts.models import Message
    from payments.models import (
        Claim,
        GatewayCall,
        GatewayCallBody,
        Payment,
        PaymentEvent,
    )

    payment = Payment.objects.filter(state=state, pk__lt=BASE).latest("pk")
    message = Message.objects.filter(key=f"payment-paid:{payment.pk}")
    found = {
        Payment: Payment.objects.filter(pk=payment.pk),
        Claim: payment.claims.all(),
        GatewayCall: payment.calls.all(),
        GatewayCallBody: GatewayCallBody.objects.filter(call__payment=payment),
        PaymentEvent: payment.events.all(),
        Message: message,
    }
    return {
        model: sorted(rows.values_list("pk", flat=True))
        for model, rows in found.items()
    }


def statement(model, originals, people, share):
    """Insert copies of a model's original rows."""
    fields = model._meta.concrete_fields
    return INSERT.format(
        table=model._meta.db_table,
        key=model._meta.pk.column,
        columns=", ".join(f'"{field.column}"' for field in fields),
        values=", ".join(value(field, originals, people) for field in fields),
        share=share,
    )


def value(field, originals, people):
    """What stands in a column of the copy."""
    column = f't."{field.column}"'
    numbered = field.model if field.name == "id" else field.related_model
    if originals.get(numbered):
        return f"{BASE} + i * 10 + {column} - {originals[numbered][0]}"
    if field.name == "payer":
        return f"{people[0]} + i %% {people[1]}"
    if field.name == "public_id":
        return "md5('p' || i)::uuid"
    if field.get_internal_type() == "DateTimeField":
        return f"{column} - i * interval '1 minute'"  # a million are two years
    if field.name in FRESH:
        return f"CASE {column} WHEN '' THEN '' ELSE {FRESH[field.name]} END"
    return column


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
