"""Who: residents and the roll, their sign-in cards, officials and their offices, sessions.

A *person* stands on the *roll* of one district; an *official* holds *offices*, each for a term and
in a district or a raion. A *session* is a row and can be revoked. The identification number is
kept only as a keyed hash and is never a credential. Uses core, ledger, places.
"""
