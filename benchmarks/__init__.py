"""Measurements of the portal beside what it can be compared with; no tests."""
