"""Every text of the code and the templates stands in locale/fa, and in Persian."""

import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = Path("locale/fa/LC_MESSAGES/django.po")
SOURCES = [
    *("accounts", "catalog", "debts", "payments", "finance", "payment_portal"),
    *("templates", "locale"),
]


def key(entry):
    return entry.msgctxt, entry.msgid, entry.msgid_plural


@pytest.fixture(scope="module")
def committed():
    return polib.pofile(str(ROOT / CATALOGUE))


def test_the_catalogue_has_the_texts_of_the_code_and_no_other(committed, tmp_path):
    for name in SOURCES:
        shutil.copytree(ROOT / name, tmp_path / name)
    make = [sys.executable, "-m", "django", "makemessages", "--locale", "fa"]
    make += ["--no-obsolete", "--no-location", "--verbosity", "0"]
    subprocess.run(make, cwd=tmp_path, check=True, capture_output=True)
    made = {key(entry) for entry in polib.pofile(str(tmp_path / CATALOGUE))}
    assert made - {key(entry) for entry in committed} == set()
    assert {key(entry) for entry in committed if not entry.obsolete} - made == set()


def test_every_text_is_translated(committed):
    assert [entry.msgid for entry in committed.untranslated_entries()] == []
    assert [entry.msgid for entry in committed.fuzzy_entries()] == []


def test_the_compiled_catalogue_is_of_this_text(committed):
    def texts(entries):
        return {key(entry): entry.msgstr or entry.msgstr_plural for entry in entries}

    compiled = polib.mofile(str(ROOT / CATALOGUE.with_suffix(".mo")))
    assert texts(compiled) == texts(committed.translated_entries())
