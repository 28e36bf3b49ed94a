"""Proposals: what residents ask for, and how the office reviews it.

A *draft* is kept on the server while three short steps are filled in; *submitting* gives it a
receipt number and starts the answer's clock. A *review* is what the clerk prepares; the akim
*issues* it. A proposal's *way* is its entries in the record. Uses core, ledger, places, people,
rounds.
"""
