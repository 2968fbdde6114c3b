"""Which test comes by which line, and how long it takes; kept from run to run."""

import hashlib
import json
import sys
import time
from collections import defaultdict
from pathlib import Path

import coverage


def measure(items, paths, kept, whole_run):
    """Return time and lines of each test; only what has changed is run for it."""
    scope = digest(*paths)
    stored = json.loads(kept.read_text()) if kept.exists() else {}
    known = stored.get("tests", {}) if stored.get("scope") == scope else {}
    files = {name: digest(item.path) for name, item in items.items()}
    known = {
        name: test for name, test in known.items() if files.get(name) == test["file"]
    }
    new = {name: item for name, item in items.items() if name not in known}
    if new:
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_suffix(".new")
        if whole_run(lambda run: write_down(new, paths, fresh, run)):
            sys.exit(f"Without any mutant a test fails: {fresh.read_text()}")
        for name, test in json.loads(fresh.read_text()).items():
            known[name] = test | {"file": files[name]}
        kept.write_text(json.dumps({"scope": scope, "tests": known}))
    return known


def write_down(items, paths, fresh, run):
    """Run the tests once each, and write down what they come by."""
    watch = coverage.Coverage(data_file=None, include=[str(path) for path in paths])
    tests = {}
    watch.start()
    for name, item in items.items():
        watch.switch_context(name)
        before = time.monotonic()
        if not run(item):
            fresh.write_text(name)
            return 1
        tests[name] = {"seconds": time.monotonic() - before, "lines": defaultdict(list)}
    watch.stop()
    data = watch.get_data()
    for path in data.measured_files():
        for line, names in data.contexts_by_lineno(path).items():
            for name in tests.keys() & names:
                tests[name]["lines"][path].append(line)
    fresh.write_text(json.dumps(tests))
    return 0


def digest(*paths):
    text = b"".join(Path(path).read_bytes() for path in paths)
    return hashlib.sha256(text).hexdigest()
