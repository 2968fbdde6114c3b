"""What may get in the way of one step, as strategies."""

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.model.wire import FAULTS, Call

MINUTE = 60
WAITS = [2, 11, 31, 31, 61, 61, 150]
WAITS += [minutes * MINUTE for minutes in (5, 15, 29, 31, 40)]
PEOPLE = 3  # of the last few, so that they meet

people = st.sampled_from([0, 0, *range(1, PEOPLE)])
others = st.integers(1, PEOPLE - 1)  # so many places from somebody
waits = st.sampled_from(WAITS)
deeds = st.one_of(
    st.tuples(st.sampled_from(["come_back", "come_back", "cancel"]), people),
    st.tuples(st.sampled_from(["recheck", "submit_again"]), people),
    st.tuples(st.just("bring_receipt_of"), people, others),
    st.tuples(st.just("wait"), waits),
    st.sampled_from([("work",), ("work",), ("die",)]),
)
# Before a first lock it matters most who meets himself.
meetings = st.tuples(st.sampled_from(["come_back", "come_back", "cancel"]), st.just(0))
calls = st.builds(
    Call,
    fault=st.sampled_from([*FAULTS, "lost after", "crash after"]),
    while_asked=st.just(()) | deeds,
    while_answered=st.just(()) | deeds,
)


@dataclass(frozen=True)
class Weather:
    """What happens to the calls of one step, and between its reads and its writes."""

    calls: tuple = ()
    between: tuple = ()
    skipped: int = 0


weathers = st.one_of(
    st.just(Weather()),
    st.builds(Weather, calls=st.tuples(calls)),
    st.builds(Weather, calls=st.tuples(calls, calls)),
    st.builds(Weather, between=meetings),
    st.builds(Weather, between=deeds, skipped=st.sampled_from([0, 0, 1, 2])),
)
