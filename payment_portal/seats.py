"""How many threads of a process may wait for the same slow thing.

A thread that waits serves nobody. Whoever finds no seat is told to come again, so
that a bank, a provider or a rush that is slow cannot hold all of them.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Seats:
    """So many seats, and how many seconds one is waited for."""

    def __init__(self, number: int, *, patience: float = 0) -> None:
        self._free = threading.BoundedSemaphore(number)
        self._patience = patience

    @contextmanager
    def seat(self) -> Iterator[bool]:
        """Whether there is a seat for what is done inside."""
        taken = self._free.acquire(timeout=self._patience)
        try:
            yield taken
        finally:
            if taken:
                self._free.release()
