"""How the machine is played: round after round, or until it finds what was planted.

The number of a round is the seed of its dice, so every run of the suite plays the same
rounds in the same order, as far as its time goes. MODEL_SEED is the first number.
"""

import itertools
import os

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import get_state_machine_test

from tests.model.machine import Checkout

FIRST = int(os.environ.get("MODEL_SEED", "0"))
HUNT_ROUNDS = 200

settings.register_profile(
    "play",
    # Hypothesis begins every round with short examples, and long rounds with many.
    max_examples=10,
    stateful_step_count=40,
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
settings.register_profile("hunt", settings.get_profile("play"), phases=[Phase.generate])


def rounds(profile):
    """Play one round after the other."""
    for number in itertools.count(FIRST):
        test = get_state_machine_test(Checkout, settings=settings.get_profile(profile))
        try:
            seed(number)(test)()
        except BaseException as error:
            error.add_note(f"MODEL_SEED={number} begins with this story")
            raise
        yield


def hunt():
    """Play until something breaks, but not for ever."""
    for _round in itertools.islice(rounds("hunt"), HUNT_ROUNDS):
        pass
