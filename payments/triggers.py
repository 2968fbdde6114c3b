"""What the database itself refuses, beyond constraints, on both engines.

Django rebuilds a table for some migrations on SQLite and loses its triggers; such a
migration calls ``create`` again. A test looks for every trigger after all migrations.
"""

import re
from dataclasses import dataclass

from django.db import connections


@dataclass(frozen=True)
class Trigger:
    """Refuse ``event`` on ``table`` where ``condition`` holds."""

    name: str
    table: str
    event: str  # UPDATE or DELETE
    condition: str
    sentence: str


def _changed(*columns):
    text = "COALESCE(CAST({}.{} AS text), '')"
    return " OR ".join(
        f"{text.format('OLD', name)} <> {text.format('NEW', name)}" for name in columns
    )


# What is remembered of the catalogue, of duties and of rights.
REMEMBERED = [
    *("catalog_historicalfaculty", "catalog_historicalunit"),
    *("catalog_historicalsubject", "catalog_historicalduty"),
    *("accounts_historicaluser", "accounts_historicaluser_groups"),
]
TRIGGERS = [
    Trigger(
        "payment_event_never_changed",
        "payments_paymentevent",
        "UPDATE",
        "1 = 1",
        "an event is never changed",
    ),
    Trigger(
        "payment_event_never_deleted",
        "payments_paymentevent",
        "DELETE",
        "1 = 1",
        "an event is never deleted",
    ),
    Trigger(
        "gateway_call_closed_once",
        "payments_gatewaycall",
        "UPDATE",
        "OLD.closed_at IS NOT NULL OR NEW.closed_at IS NULL",
        "a bank call is closed once and changed by nothing else",
    ),
    Trigger(
        "gateway_call_never_deleted",
        "payments_gatewaycall",
        "DELETE",
        "1 = 1",
        "a bank call is never deleted",
    ),
    Trigger(
        "payment_facts_never_changed",
        "payments_payment",
        "UPDATE",
        _changed(
            "public_id",
            "order_number",
            "callback_key",
            "verify_key",
            "verify_code",
            "submission_key",
            "attempt",
            "amount",
            "payer_id",
            "payer_name",
            "payer_mobile",
            "subject_id",
            "debt_id",
            "faculty_title",
            "unit_title",
            "subject_title",
            "deposit_identifier",
            "search_key",
            "terminal_id",
            "created_at",
        ),
        "what a payment is for never changes",
    ),
    Trigger(
        "payment_paid_is_final",
        "payments_payment",
        "UPDATE",
        "OLD.state = 'paid' AND (NEW.state <> 'paid' OR "
        + _changed("paid_at", "reference_number", "tracking_number")
        + ")",
        "a paid payment stays paid",
    ),
    Trigger(
        "payment_never_deleted",
        "payments_payment",
        "DELETE",
        "1 = 1",
        "a payment is never deleted",
    ),
    Trigger(
        "claim_confirmed_is_final",
        "payments_claim",
        "UPDATE",
        "OLD.state = 'confirmed' AND ("
        + _changed(
            "state",
            "payment_id",
            "psp",
            "merchant_number",
            "receipt_number",
            "holds_receipt",
            "confirmed_amount",
        )
        + ")",
        "a confirmed claim is the proof behind a payment and stays so",
    ),
    Trigger(
        "claim_never_deleted",
        "payments_claim",
        "DELETE",
        "1 = 1",
        "a claim is never deleted",
    ),
    Trigger(
        "decision_never_changed",
        "payments_decision",
        "UPDATE",
        "OLD.state <> 'open' OR "
        + _changed(
            "payment_id",
            "verdict",
            "receipt_number",
            "reference_number",
            "evidence",
            "recorded_by_id",
            "recorded_at",
        ),
        "a decision is closed once and its words never change",
    ),
    Trigger(
        "decision_never_deleted",
        "payments_decision",
        "DELETE",
        "1 = 1",
        "a decision is never deleted",
    ),
    Trigger(
        "debt_is_its_students",
        "debts_debt",
        "UPDATE",
        _changed(
            *("public_id", "batch_id", "unit_id", "key"),
            *("student_number", "national_number", "created_at"),
        )
        + " OR OLD.paid_amount > NEW.paid_amount"
        + " OR (OLD.state <> 'open' AND OLD.state <> NEW.state"
        + " AND NOT (OLD.state = 'split' AND NEW.state IN ('open', 'cancelled')))"
        + " OR (OLD.paid_amount > 0 AND OLD.amount <> NEW.amount)",
        "who owes never changes, nor does what was paid for",
    ),
    Trigger(
        "debt_never_deleted",
        "debts_debt",
        "DELETE",
        "1 = 1",
        "a debt is never deleted",
    ),
    Trigger(
        "debt_event_never_changed",
        "debts_debtevent",
        "UPDATE",
        "1 = 1",
        "an event of a debt is never changed",
    ),
    Trigger(
        "debt_event_never_deleted",
        "debts_debtevent",
        "DELETE",
        "1 = 1",
        "an event of a debt is never deleted",
    ),
    Trigger(
        "security_event_never_changed",
        "accounts_securityevent",
        "UPDATE",
        "1 = 1",
        "a line of the security log is never changed",
    ),
    Trigger(
        "security_event_kept_for_its_time",
        "accounts_securityevent",
        "DELETE",
        "OLD.keep_until > CURRENT_TIMESTAMP",
        "a line of the security log is kept for its time",
    ),
    *(
        Trigger(
            f"{table}_is_final_{event.lower()}",
            table,
            event,
            "1 = 1",
            "what is remembered of a row never changes",
        )
        for table in REMEMBERED
        for event in ("UPDATE", "DELETE")
    ),
    Trigger(
        "terminal_identity_kept",
        "payments_terminal",
        "UPDATE",
        "(OLD.psp <> NEW.psp OR OLD.merchant_number <> NEW.merchant_number)"
        " AND EXISTS (SELECT 1 FROM payments_payment WHERE terminal_id = OLD.id)",
        "a terminal keeps its merchant number after its first payment",
    ),
]

COLUMN = re.compile(r"\b(?:OLD|NEW)\.(\w+)")

POSTGRESQL = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {condition} THEN
        RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS {name} ON {table};
CREATE TRIGGER {name} BEFORE {event} ON {table}
    FOR EACH ROW EXECUTE FUNCTION {name}();
"""

SQLITE = """
CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {table} FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, '{sentence}') WHERE {condition};
END
"""


def create(using="default"):
    """Make every trigger whose table and columns there are.

    An early migration makes what later code describes: a column that comes by a later
    migration must not be named before.
    """
    connection = connections[using]
    text = {"postgresql": POSTGRESQL, "sqlite": SQLITE}[connection.vendor]
    with connection.cursor() as cursor:
        columns = _columns(connection, cursor)
        for trigger in TRIGGERS:
            named = set(COLUMN.findall(trigger.condition))
            if trigger.table in columns and named <= columns[trigger.table]:
                cursor.execute(text.format(**vars(trigger)))


def _columns(connection, cursor):
    """The columns of each table of the triggers that there is."""
    columns = {}
    there = connection.introspection.table_names(cursor)
    for table in {trigger.table for trigger in TRIGGERS}.intersection(there):
        cursor.execute(f"SELECT * FROM {table} LIMIT 0")  # noqa: S608 - our names
        columns[table] = {column[0] for column in cursor.description}
    return columns


def drop(using="default"):
    """Take every trigger away; only a reversed migration and a test's flush may."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for trigger in TRIGGERS:
            if connection.vendor == "postgresql":
                # Its trigger goes with it.
                cursor.execute(f"DROP FUNCTION IF EXISTS {trigger.name}() CASCADE")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}")


def existing(using="default"):
    """Return the names of all triggers that are in the database."""
    tables = {
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    }
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(tables[connection.vendor])
        return {name for (name,) in cursor.fetchall()}
