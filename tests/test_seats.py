"""Whoever finds no seat does not wait for one for long."""

import threading
import time

from payment_portal.seats import Seats


def test_so_many_are_seated_and_no_more():
    seats = Seats(2)
    with seats.seat() as first, seats.seat() as second, seats.seat() as third:
        assert (first, second, third) == (True, True, False)
    with seats.seat() as first, seats.seat() as second:
        assert first
        assert second


def test_a_seat_is_given_back_after_an_error():
    seats = Seats(1)
    for _ in range(3):
        try:
            with seats.seat() as seated:
                assert seated
                raise ValueError
        except ValueError:
            continue


def test_patience_waits_for_a_seat_that_becomes_free():
    seats, taken, leave = Seats(1, patience=60), threading.Event(), threading.Event()

    def sit():
        with seats.seat():
            taken.set()
            leave.wait()

    sitter = threading.Thread(target=sit)
    sitter.start()
    taken.wait()
    threading.Timer(0.05, leave.set).start()
    with seats.seat() as seated:
        assert seated
    sitter.join()


def test_patience_ends():
    seats, began = Seats(0, patience=0.05), time.monotonic()
    with seats.seat() as seated:
        assert not seated
    assert time.monotonic() - began >= 0.05
