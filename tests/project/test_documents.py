"""What documents say of tests and settings is true of them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {"a": "accounts", "p": "payments", "f": "faults", "d": "debts"}
SETTING = re.compile(r'(?:env(?:\.\w+)?|seconds)\(\s*"([A-Z_]+)"')
NAMED = re.compile(r"`([\w/]+)::(\w*)`")


def named():
    text = (ROOT / "docs" / "security.md").read_text()
    for file, name in sorted(set(NAMED.findall(text))):
        folder, _slash, rest = file.partition("/")
        yield f"{FOLDERS[folder]}/{rest}" if folder in FOLDERS else file, name


@pytest.mark.parametrize(("file", "name"), list(named()))
def test_every_test_that_is_named_exists(file, name):
    assert f"def test_{name}" in (ROOT / "tests" / f"{file}.py").read_text()


def test_every_setting_is_told_of():
    settings = (ROOT / "payment_portal" / "settings.py").read_text()
    told = (ROOT / "docs" / "configuration.md").read_text()
    names = set(SETTING.findall(settings)) - {"ENV_FILE"}  # which names the file itself
    assert len(names) > 50
    assert [name for name in sorted(names) if f"`{name}`" not in told] == []
