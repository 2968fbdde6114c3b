"""The staff's pages about accounts; each module registers its own."""

from accounts.admin import groups, messages, people, security

__all__ = ["groups", "messages", "people", "security"]
