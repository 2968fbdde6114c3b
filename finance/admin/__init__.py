"""The staff's pages about reports; each module registers its own."""

from finance.admin import reports

__all__ = ["reports"]
