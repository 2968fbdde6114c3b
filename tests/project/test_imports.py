"""Dependencies point one way: the modules' own imports are read and judged."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEAVES = {"payment_portal.persian", "payment_portal.outbound"}
# What a package may import of ours besides itself, the narrowest package first.
MAY_IMPORT = {
    "payment_portal.persian": set(),
    "payment_portal.outbound": set(),
    "payments.gateways": LEAVES,
    "accounts.sms": LEAVES,
    "payment_portal": set(),
    "accounts": {"payment_portal"},
    "catalog": {"payment_portal", "accounts"},
    "debts": {"payment_portal", "catalog", "accounts"},
    "payments": {"payment_portal", "catalog", "accounts", "debts"},
    "finance": {"payment_portal", "catalog", "accounts", "debts", "payments"},
    "sandbox": set(),
}
OURS = {one for one in MAY_IMPORT if "." not in one}


def name_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path):
    """Every module of ours that this file imports, inside functions too."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            # `from payments import views` names a module or something inside one.
            found = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name for name in found if name.split(".")[0] in OURS)


def within(name, packages):
    return any(
        name == package or name.startswith(f"{package}.") for package in packages
    )


def modules():
    return {
        name_of(path): path
        for package in OURS
        for path in sorted((ROOT / package).rglob("*.py"))
    }


def test_a_module_imports_only_what_stands_below_it():
    wrong = {}
    for name, path in modules().items():
        home = next(package for package in MAY_IMPORT if within(name, [package]))
        allowed = MAY_IMPORT[home] | {home}
        wrong[name] = [one for one in imports_of(path) if not within(one, allowed)]
    del wrong["payment_portal.urls"]
    assert {name: found for name, found in wrong.items() if found} == {}


def test_only_urls_import_views():
    wrong = {
        name: [one for one in imports_of(path) if "views" in one.split(".")]
        for name, path in modules().items()
        if not {"views", "urls"} & set(name.split("."))
    }
    assert {name: found for name, found in wrong.items() if found} == {}


def test_models_know_no_form_and_no_journey():
    above = {"forms", "checkout", "receipts", "admin"}
    wrong = {
        name: [one for one in imports_of(path) if above & set(one.split("."))]
        for name, path in modules().items()
        if "models" in name.split(".")
    }
    assert {name: found for name, found in wrong.items() if found} == {}
