"""What documents say of tests is true of them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {"a": "accounts", "p": "payments", "f": "faults", "d": "debts"}
NAMED = re.compile(r"`([\w/]+)::(\w*)`")


def named():
    text = (ROOT / "docs" / "security.md").read_text()
    for file, name in sorted(set(NAMED.findall(text))):
        folder, _slash, rest = file.partition("/")
        yield f"{FOLDERS[folder]}/{rest}" if folder in FOLDERS else file, name


@pytest.mark.parametrize(("file", "name"), list(named()))
def test_every_test_that_is_named_exists(file, name):
    assert f"def test_{name}" in (ROOT / "tests" / f"{file}.py").read_text()
