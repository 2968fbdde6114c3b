"""Templates, static files and requirements keep what the project promises."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STATIC = sorted(
    path
    for path in (ROOT / "static").rglob("*")
    if path.suffix in {".css", ".js", ".svg"}
)
# A place from which a browser would load something, on a host that is not ours.
FOREIGN = re.compile(
    r"""(?:src|href|srcset|action|poster|data)\s*=\s*["']?\s*(?:https?:)?//"""
    r"""|url\(\s*["']?(?:https?:)?//|@import|fetch\(\s*["'`](?:https?:)?//""",
    re.IGNORECASE,
)
INLINE = re.compile(
    r"""<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*["']|<script\b(?![^>]*\ssrc=)|javascript:""",
    re.IGNORECASE,
)


def found(pattern, paths):
    each = {path.name: pattern.findall(path.read_text()) for path in paths}
    return {name: places for name, places in each.items() if places}


def test_nothing_comes_from_another_host():
    assert found(FOREIGN, TEMPLATES + STATIC) == {}


def test_no_script_and_no_style_stands_in_a_page():
    # The portal never sends the pages of outages: they stand alone elsewhere.
    ours = [path for path in TEMPLATES if path.parent.name != "outage"]
    assert found(INLINE, ours) == {}


PINNED = [
    *("requirements.txt", "requirements-dev.txt"),
    *("requirements-audit.txt", "requirements-attack.txt"),
]


def chosen():
    """What pyproject.toml asks for: at run time, for tests beside it, for tools."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())
    run_time = names(told["project"]["dependencies"])
    tests = names(told["project"]["optional-dependencies"]["dev"])
    tools = [names(told["dependency-groups"][name]) for name in ("audit", "attack")]
    return run_time, run_time | tests, *tools


def names(requirements):
    return {re.split(r"[^a-z0-9-]", text, maxsplit=1)[0] for text in requirements}


def pinned(file):
    """Each requirement of a compiled file: name, its lines, its origin."""
    blocks = re.split(r"^(?=[a-z0-9])", (ROOT / file).read_text(), flags=re.MULTILINE)
    return [block for block in blocks if block.strip()]


@pytest.mark.parametrize(
    ("file", "which"), [(file, place) for place, file in enumerate(PINNED)]
)
def test_requirements_are_compiled_from_what_is_chosen(file, which):
    blocks = pinned(file)
    ours = {
        re.match(r"[a-z0-9-]+", block)[0] for block in blocks if "pyproject" in block
    }
    assert ours == chosen()[which]
    for block in blocks:
        assert re.match(r"[a-z0-9-]+==[0-9a-z.]+ ", block), block
        assert "--hash=sha256:" in block


@pytest.mark.parametrize("file", PINNED)
def test_requirements_name_no_place(file):
    text = (ROOT / file).read_text()
    assert (
        re.findall(r"://|--index|--extra-index|--find-links|^\s*-[efi]|/", text) == []
    )


def test_both_files_pin_the_same_versions():
    tests = {block.split(" ")[0] for block in pinned("requirements-dev.txt")}
    assert {block.split(" ")[0] for block in pinned("requirements.txt")} <= tests
