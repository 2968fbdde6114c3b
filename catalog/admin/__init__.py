"""The staff's pages about the catalogue; each module registers its own."""

from catalog.admin import duties, entries

__all__ = ["duties", "entries"]
