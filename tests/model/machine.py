"""Deeds in random order, and the invariants after each of them."""

from collections import Counter

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from payments.models import Claim
from tests.model import at_rest, invariants
from tests.model.bank import Rules
from tests.model.weather import MINUTE, Weather, others, people, waits, weathers
from tests.model.world import World

AMOUNTS = [10_000, 500_000]
SWAPPED = ["Token", "ResNum", "TerminalId", "RefNum", "State", "Amount"]
PAYMENTS = 8
OUTCOMES = ["paid", "paid", "paid", "declined", "cancelled", None]
ROUNDS = 30  # of a worker, until it must have become quiet


class Checkout(RuleBasedStateMachine):
    """Everybody at once."""

    tally = Counter()  # of all machines

    def __init__(self):
        super().__init__()
        self.world = None
        self.sound = True

    def under(self, weather, *deed):
        """Let one deed happen under this weather."""
        world = self.world
        world.wire.calls.extend(weather.calls)
        world.between.plan(weather.between, weather.skipped)
        self.sound = False
        world.perform(deed)
        if weather != Weather():
            world.wire.disturbed |= world.brought  # anybody's answer may be lost
        self.look()
        self.sound = True
        world.wire.calls.clear()
        world.between.forget()
        self.tally["steps"] += 1

    def look(self):
        if self.world and self.world.between.written:
            self.world.between.written = False
            invariants.check(invariants.ALWAYS, self.world)

    def check(self, moment):
        self.sound = False
        invariants.check(moment, self.world)
        self.sound = True

    # ---- beginnings ------------------------------------------------------------------

    @initialize(
        rules=st.builds(
            Rules,
            repeat=st.sampled_from([2, 0]),
            late_repeat=st.sampled_from([2, -6]),
            repeat_tells=st.sampled_from([True, True, True, False]),
        ),
        paid=st.lists(st.sampled_from(AMOUNTS), min_size=1, max_size=2),
    )
    def open(self, rules, paid):
        """Some payers have already paid at the bank and not come back yet."""
        self.tally["examples"] += 1
        self.world = World(rules, self.look).__enter__()
        for amount in paid:
            self.world.submit(amount, 0, "paid")

    # ---- payers ----------------------------------------------------------------------

    @precondition(lambda self: len(self.world.drafts) < PAYMENTS)
    @rule(
        amount=st.sampled_from(AMOUNTS),
        subject=st.sampled_from([0, 0, 0, 1]),
        outcome=st.sampled_from(OUTCOMES),
        weather=weathers,
    )
    def payer_submits(self, amount, subject, outcome, weather):
        self.under(weather, "submit", amount, subject, outcome)

    @rule(who=people, more=st.sampled_from([0, 0, 1_000]), weather=weathers)
    def payer_submits_again(self, who, more, weather):
        self.under(weather, "submit_again", who, more)

    @rule(who=people, outcome=st.sampled_from(OUTCOMES[:-1]))
    def payer_acts_at_the_bank(self, who, outcome):
        self.under(Weather(), "pay_at_bank", who, outcome)

    @rule(who=people, weather=weathers)
    def payer_comes_back(self, who, weather):
        self.under(weather, "come_back", who)

    @rule(who=people, weather=weathers)
    def payer_cancels_here(self, who, weather):
        self.under(weather, "cancel", who)

    @rule(who=people, weather=weathers)
    def payer_asks_again(self, who, weather):
        self.under(weather, "recheck", who)

    # ---- thieves ---------------------------------------------------------------------

    @rule(who=people, other=others, name=st.sampled_from(SWAPPED), weather=weathers)
    def thief_swaps_a_field(self, who, other, name, weather):
        self.under(weather, "come_back_tampered", who, other, name)

    @rule(who=people, other=others, weather=weathers)
    def thief_brings_another_receipt(self, who, other, weather):
        self.under(weather, "bring_receipt_of", who, other)

    @rule(who=people, number=st.integers(1, 2), weather=weathers)
    def thief_invents_a_receipt(self, who, number, weather):
        self.under(weather, "bring_receipt", who, f"invented-{number}")

    # ---- the worker, time and the bank -----------------------------------------------

    @rule(weather=weathers)
    def worker_does_a_round(self, weather):
        self.under(weather, "work")
        if weather == Weather():
            self.check(at_rest.AFTER_WORK)

    @rule(seconds=waits)
    def time_goes_by(self, seconds):
        self.world.wait(seconds)

    @rule(is_down=st.sampled_from([False, False, True]))
    def bank_goes_down_or_comes_back(self, is_down):
        self.world.bank.is_down = is_down

    # ---- what must hold --------------------------------------------------------------

    def teardown(self):
        if self.world is None:
            return
        try:
            if self.sound and self.world.drafts:
                self.come_to_rest()
        finally:
            self.world.__exit__()

    def come_to_rest(self):
        """Let the worker go on, bring the bank back, and pass every window."""
        world = self.world
        if world.bank.is_down and Claim.objects.open().exists():
            self.shift(rounds=12, seconds=31)
            self.check(at_rest.BANK_AWAY)
        world.bank.is_down = False
        if Claim.objects.open().exists():
            self.shift(rounds=12, seconds=10)
            self.check(at_rest.BANK_BACK)
        for minutes in (31, 60, 120):
            world.wait(minutes * MINUTE)
            rounds = 0
            while world.work():
                rounds += 1
                assert rounds < ROUNDS, "the worker never becomes quiet"
        self.check(invariants.ALWAYS)
        world.bank.pass_time()
        self.check(at_rest.AT_REST)

    def shift(self, *, rounds, seconds):
        for _ in range(rounds):
            self.world.wait(seconds)
            self.world.work()
