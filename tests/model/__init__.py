"""The model test: payers, thieves, workers, time and a faulty bank in random order.

The real checkout and the real database play against a simulated SEP bank. ``world``
holds what people do, ``wire`` what may happen to a call to the bank, ``between`` what
others do in the gaps of a transaction, ``machine`` puts them into random order,
``invariants`` says what must hold after every step, and ``planted`` breaks the product
on purpose to show that the machine would notice.
"""
