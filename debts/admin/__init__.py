"""The staff's pages about debts; each module registers its own."""

from debts.admin import batches, debts, people

__all__ = ["batches", "debts", "people"]
