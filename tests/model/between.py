"""What others commit before a transaction takes its first lock.

PostgreSQL lets others commit while a transaction has only read (READ COMMITTED), so
whoever reads, decides and then writes must lock first or write conditionally. One
connection plays this: a transaction that has only read may be taken back and begun
again behind the deed of somebody else, and nobody can tell the difference. SQLite's
transactions lock at their beginning (IMMEDIATE): there the deed comes before it.
"""

from contextlib import contextmanager

from django.db import connection

WRITES = ("INSERT", "UPDATE", "DELETE")
LOCKS = ("FOR UPDATE", "FOR NO KEY UPDATE")
POINTS = ("SAVEPOINT", "RELEASE", "ROLLBACK")


class Between:
    """An execute wrapper that lets a deed happen before the n-th first lock."""

    def __init__(self, perform):
        self.perform = perform
        self._around = len(connection.savepoint_ids)  # the example's own blocks
        self.forget()

    def forget(self):
        self.deed, self.left, self._locked = (), 0, None
        self.written = False  # anything about payments

    @property
    def inside(self):
        """Whether a transaction of the product is open."""
        return len(connection.savepoint_ids) > self._around

    def plan(self, deed, skipped):
        self.deed, self.left = deed, skipped

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith(WRITES) and "payments_" in sql:
            self.written = True
        if self.deed and self._locks(sql) and self._is_first():
            self._perform_next()
        return execute(sql, params, many, context)

    def _perform_next(self):
        self.left -= 1
        if self.left < 0:
            deed, self.deed = self.deed, ()
            with taken_back(self._around):
                self.perform(deed)

    def _locks(self, sql):
        if sql.startswith(WRITES) or any(lock in sql for lock in LOCKS):
            return True
        in_transaction = self.inside and not sql.startswith(POINTS)
        return connection.vendor == "sqlite" and in_transaction

    def _is_first(self):
        """Whether the transaction held no lock (one statement is one too)."""
        current = next(iter(connection.savepoint_ids[self._around :]), None)
        first = current is None or current != self._locked
        self._locked = current
        return first


@contextmanager
def taken_back(around):
    """Leave the transaction that has only read, and enter it again at the end."""
    blocks, savepoints = connection.atomic_blocks, connection.savepoint_ids
    inner = [sid for sid in savepoints[around:] if sid]
    if inner:
        connection.savepoint_rollback(inner[0])
        connection.savepoint_commit(inner[0])
    connection.atomic_blocks = blocks[: around + 1]
    connection.savepoint_ids = savepoints[:around]
    try:
        yield
    finally:
        connection.atomic_blocks, connection.savepoint_ids = blocks, savepoints
        for sid in inner:
            connection._savepoint(sid)
