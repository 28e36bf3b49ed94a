"""The right to vote, ballots online and on paper, and their sealing.

A *ballot* is keyed by HMAC(round's key, person): one right per person and round, over web, desk
and paper alike, held by the database. Its choices lie in an *envelope* that a dump does not open.
*Sealing* closes the round and copies the choices, shuffled, into *counted ballots* that no key
leads to. Nothing here ties a person to a choice. Uses core, ledger, places, people, rounds,
proposals.
"""
