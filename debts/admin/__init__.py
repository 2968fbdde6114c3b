"""The staff's pages about debts; each module registers its own."""

from debts.admin import batches, certificates, debts, people

__all__ = ["batches", "certificates", "debts", "people"]
