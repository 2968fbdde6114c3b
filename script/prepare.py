"""Bring tables, static files and the demo up to date: python -m script.prepare"""

import hashlib
import os

import django
from django.core.management import call_command

from script.processes import ROOT, VAR


def main():
    """Do it all in one process: loading Django is what takes the time."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payment_portal.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    stamp = VAR / "static-files"
    state = static_files()
    if not stamp.exists() or stamp.read_text() != state:
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(state)
    call_command("demo")


def static_files():
    """A text that changes with a static file of ours or a package that brings some."""
    state = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    pictures = (ROOT / "docs" / "pictures").iterdir()
    for path in sorted([*(ROOT / "static").rglob("*"), *pictures]):
        about = path.stat()
        state.update(f"{path} {about.st_size} {about.st_mtime_ns}\n".encode())
    return state.hexdigest()


if __name__ == "__main__":
    main()
