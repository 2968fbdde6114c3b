"""Django's command line for the sandbox: ``python -m sandbox serve``."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main():
    os.environ["DJANGO_SETTINGS_MODULE"] = "sandbox.settings"
    try:
        import sandbox.settings  # noqa: F401  (a wrong start ends in one clear line)
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    execute_from_command_line(["sandbox", *sys.argv[1:]])


if __name__ == "__main__":
    main()
