"""The staff's pages about payments; each module registers its own."""

from payments.admin import payments, terminals

__all__ = ["payments", "terminals"]
