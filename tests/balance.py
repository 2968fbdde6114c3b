"""Which tests stay on one of pytest-xdist's workers, and which begin first.

A pytest plugin (`-p tests.balance` in pyproject.toml). A file stays together; files
that share a portal of their own are one bundle, for every worker that plays one of them
starts the portal's processes. What takes long comes first, so that at the end no worker
goes on alone.
"""

import pytest
from xdist.scheduler import LoadFileScheduling

# Starts of paths; each is played by one worker, in this order, before all others.
BUNDLES = {
    "tests/browser/test_every_page": "every page",
    "tests/browser/": "browser",
    "tests/model/test_planted": "planted faults",
    "tests/faults/test_killed": "portal",
    "tests/faults/test_forgeries": "portal",
    "tests/faults/test_thieves": "portal",
    "tests/faults/test_crowds": "portal",
    "tests/faults/test_hanging": "portal",
    "tests/model/test_model": "model",
    "tests/test_benchmarks": "benchmarks",
    "tests/test_roles": "roles",
    "tests/test_threats": "threats",
    "tests/test_doors": "doors",
    "tests/faults/test_database": "database",
    "tests/banks/test_answers": "answers",
    "tests/banks/test_there": "there and back",
    "tests/banks/test_thieves": "thieves",
    "tests/faults/test_line": "line",
    "tests/payments/test_invariants": "invariants",
}
ORDER = list(dict.fromkeys(BUNDLES.values()))
# They tell the same story many times: what they reach is not counted again.
REPEATING = (
    *("tests/banks/", "tests/faults/", "tests/model/", "tests/test_benchmarks"),
    *("tests/test_doors", "tests/test_roles", "tests/test_threats", "tests/sandbox/"),
)


def bundle_of(nodeid):
    found = (name for start, name in BUNDLES.items() if nodeid.startswith(start))
    return next(found, nodeid.partition("::")[0])


def place_of(nodeid):
    bundle = bundle_of(nodeid)
    return ORDER.index(bundle) if bundle in ORDER else len(ORDER)


class Bundles(LoadFileScheduling):
    def _split_scope(self, nodeid):
        return bundle_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    if config.getvalue("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False  # it knows how many tests, not how long
    return Bundles(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: place_of(item.nodeid))
    for item in items:
        if item.nodeid.startswith(REPEATING) or "_surprises" in item.name:
            item.add_marker("no_cover")
