"""Hours of bad luck in minutes: the chaos run, and the model test beside it.

Started by script/soak. The status is 0 only if not one promise was broken.
"""

import argparse
import os
import signal
import subprocess
import sys
import time

import tests.environment  # noqa: F401, nothing reaches the world by accident
from script.processes import ROOT

ON_SQLITE = [sys.executable, "-m", "pytest", "-q"]
ON_POSTGRESQL = [sys.executable, "-m", "tests.postgres", *ON_SQLITE]


def main():
    """Run what was asked for; print the figures and the verdict."""
    options = read_options()
    print(f"seed {options.seed}")
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    beside = [] if options.chaos_only else [model(options)]
    try:
        broken = chaos(options)
    except BaseException:
        for process in beside:
            process.terminate()
        raise
    for process in beside:
        if process.wait():
            broken.append("the model test found something (see above)")
    if options.crowds and crowds():
        broken.append("the crowds of duplicate returns broke something (see above)")
    print("\nBroken promises:", *(broken or ["none"]), sep="\n  ")
    sys.exit(bool(broken))


def read_options():
    parser = argparse.ArgumentParser(prog="script/soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30, help="of payments")
    parser.add_argument("--payers", type=int, default=20, help="at the same time")
    parser.add_argument(
        "--seed",
        type=int,
        default=time.time_ns() % 10**6,
        help="of the dice that choose the faults",
    )
    parser.add_argument(
        "--chaos-only", action="store_true", help="without the model test"
    )
    parser.add_argument(
        "--crowds", action="store_true", help="50 duplicate returns x 200 payments too"
    )
    return parser.parse_args()


def model(options):
    """The model test in the background, with what the processor has to spare."""
    times = {"MODEL_SECONDS": options.minutes * 60, "MODEL_SEED": options.seed}
    return subprocess.Popen(
        [*ON_POSTGRESQL, "tests/model/test_model.py"],
        cwd=ROOT,
        env=os.environ | {name: str(value) for name, value in times.items()},
        preexec_fn=lambda: os.nice(10),
    )


def crowds():
    """Threads on PostgreSQL, then processes on SQLite; how many of the runs failed."""
    test, variables = "tests/faults/test_crowds.py", os.environ | {"CROWDS": "200"}
    runs = ([*ON_POSTGRESQL, "-k", "threads"], [*ON_SQLITE, "-k", "browsers"])
    return sum(
        bool(subprocess.call([*run, test], cwd=ROOT, env=variables)) for run in runs
    )


def chaos(options):
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "payment_portal.settings"
    django.setup()
    from script.chaos import Chaos

    with Chaos(options) as run:
        run.go()
        return run.settle()


if __name__ == "__main__":
    main()
