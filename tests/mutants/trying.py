"""Tries mutants inside one pytest session: each in a forked child of its own.

The child has a copy of the database, takes the mutated code into the live functions,
and runs the tests that come by the changed line, the nearest first, until one fails.
"""

import ast
import gc
import os
import shutil
import signal
import sys
import tempfile
import types
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import requests
from django.db import connections

from tests.mutants.making import code_of, module_with
from tests.mutants.measuring import measure

PATIENCE = 120  # seconds, and more where the tests took long before
MOST_TESTS = 100  # of those that come by a line, the first time
NAMED = 199  # the last status that names a test; the end by a signal is above


class Trial:
    """A pytest plugin that runs mutants instead of the collected tests."""

    def __init__(self, paths, mutants, kept, tell, *, again=False):
        self.paths, self.mutants, self.kept, self.tell = paths, mutants, kept, tell
        self.most = None if again else MOST_TESTS
        self.failed, self.killers = False, Counter()

    def pytest_runtest_logreport(self, report):
        self.failed = self.failed or report.failed

    def pytest_runtestloop(self, session):
        *items, self.anchor = session.items
        self.items = {item.nodeid: item for item in items}
        self._set_up_what_all_share()
        self.measured = measure(self.items, self.paths, self.kept, self._whole_run)
        for mutant in self.mutants:
            tests = self._tests_of(mutant)
            self.tell(mutant, self._fate(mutant, tests))
        return True

    def _set_up_what_all_share(self):
        """The database and the bank: one test makes them, and they stay."""
        first = next(
            item for item in self.items.values() if "bank" in item.fixturenames
        )
        if not self._run([first]):
            sys.exit(f"{first.nodeid} fails without any mutant.")
        connections.close_all()
        for one in gc.get_objects():
            if issubclass(type(one), requests.Session):  # asks no lazy object
                one.close()  # no two children speak on one connection

    def _run(self, items):
        """Run tests until one fails; return whether none did."""
        for item, after in zip(items, [*items[1:], self.anchor], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            if self.failed:
                return False
        return True

    def _whole_run(self, deed):
        """Let a deed run tests as it likes, apart from what comes later."""
        return in_child(lambda: deed(lambda item: self._run([item])), patience=3600)

    # ---- which tests -----------------------------------------------------------------

    def _tests_of(self, mutant):
        """Whatever comes by the line; for a constant, by any line that names it."""
        places = [(mutant.path, mutant.line)]
        if mutant.constant:
            places = list(naming(mutant.constant, self.paths))
        found = [
            name
            for name, test in self.measured.items()
            if any(line in test["lines"].get(path, ()) for path, line in places)
        ]
        found.sort(key=lambda name: self._nearness(mutant, name))
        known = [name for name in found if self._is_of_a_killers_file(mutant, name)]
        known = known[: MOST_TESTS // 2]
        others = in_turns([name for name in found if name not in known])
        return [*known, *others][: self.most]

    def _is_of_a_killers_file(self, mutant, name):
        """Whether a test beside this one has noticed a fault of the function before.

        It may take a special one of a whole table of cases to notice the next.
        """
        return self.killers[mutant.path, mutant.function, file_of(name)]

    def _nearness(self, mutant, name):
        """First what has noticed a fault here before; then who is about the module.

        A whole journey comes by every line; a test of this module by few others.
        """
        test = self.measured[name]
        here = self.killers[mutant.path, mutant.function, name]
        known = len(test["lines"].get(mutant.path, ()))
        about = known / sum(map(len, test["lines"].values()))
        return -here, -self.killers[mutant.path, name], -about, test["seconds"]

    # ---- one mutant ------------------------------------------------------------------

    def _fate(self, mutant, tests):
        if not tests:
            return "not tested"
        seconds = sum(self.measured[name]["seconds"] for name in tests)

        def live():
            take_in(mutant)
            for number, name in enumerate(tests):
                if not self._run([self.items[name]]):
                    return min(2 + number, NAMED)
            return 0

        status = in_child(live, PATIENCE + 5 * seconds)
        if 2 <= status < NAMED:
            killer = tests[status - 2]
            self.killers[mutant.path, mutant.function, killer] += 1
            self.killers[mutant.path, mutant.function, file_of(killer)] += 1
            self.killers[mutant.path, killer] += 1
        return "killed" if status else "survived"


def file_of(name):
    return name.partition("::")[0]


def in_turns(names):
    """The first of every file, then the second of every file, and so on."""
    turns, place = Counter(), {}
    for name in names:
        file = file_of(name)
        place[name] = turns[file]
        turns[file] += 1
    return sorted(names, key=place.get)


def in_child(deed, patience):
    """Do a deed in a forked child with its own database; return its status."""
    child = os.fork()
    if child:
        status = os.waitpid(child, 0)[1]
        return os.waitstatus_to_exitcode(status) % 256  # who never ends is noticed too
    status = 1
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(nowhere, stream)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(int(patience))
        with own_database():
            status = deed()
    finally:
        os._exit(status)


@contextmanager
def own_database():
    settings = connections["default"].settings_dict
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        settings["NAME"] = shutil.copy(settings["NAME"], folder)
        yield


def take_in(mutant):
    """Let the live functions, or the modules that know a constant, have the mutant."""
    tree = module_with(mutant, Path(mutant.path).read_text())
    if mutant.constant:
        replace_constant(mutant, tree)
        return
    code = code_of(tree, mutant)
    name = (code.co_filename, code.co_qualname)
    for one in gc.get_objects():
        if type(one) is types.FunctionType:
            live = one.__code__
            if (live.co_filename, live.co_qualname) == name:
                one.__code__ = code


def replace_constant(mutant, tree):
    modules = [one for name, one in sys.modules.items() if name.startswith("payments")]
    [home] = [one for one in modules if getattr(one, "__file__", "") == mutant.path]
    old, scope = getattr(home, mutant.constant), dict(vars(home))
    for node in tree.body:
        if isinstance(node, ast.Assign) and named(node) == mutant.constant:
            statement = compile(ast.Module([node], []), mutant.path, "exec")
            exec(statement, scope)  # noqa: S102  our own code, one sign changed
    for module in modules:
        if getattr(module, mutant.constant, None) is old:
            setattr(module, mutant.constant, scope[mutant.constant])


def named(assignment):
    return getattr(assignment.targets[0], "id", "")


def naming(constant, paths):
    """Every place where the constant is read."""
    for path in paths:
        for node in ast.walk(ast.parse(Path(path).read_text())):
            if isinstance(node, ast.Name) and node.id == constant:
                yield str(path), node.lineno
