"""A Django project around the peer, az-iranian-bank-gateways, as its README shows one.

Runs in a Python environment of its own, see benchmarks/peer.py.
"""
