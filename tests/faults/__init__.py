"""The fault matrix of docs/reliability.md: one test for each row that is ours.

``proxy`` breaks the line to the bank or the SMS provider, ``portal`` runs the real
processes with short times, ``cluster`` is a PostgreSQL that may be killed.
"""
