"""A round: its calendar and stages, its envelope, its rules page.

A *calendar* is a sorted list of starts, so exactly one *stage* holds at any moment, moved by the
clock alone. The *rules* are the round's settings on one page, hashed, and *frozen* when voting
opens. The *envelope* is the money asked about. Uses core, ledger, places, people.
"""
