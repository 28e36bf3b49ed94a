"""The counting room: ballots in, an outcome with its own account out; Pabulib files in and out.

Pure and exact: the standard library, whole numbers of the smallest unit, no clock, no chance, no
database. The same election gives the same bytes forever, whoever counts it and in whatever order.
*Ballot*: the set of projects one voter chose. *Draw*: SHA-256 of seed and project, the last resort
of a tie; a *commission* may take its place. *Rivals* exclude each other. *Share*: what each ballot
may spend under Equal Shares; *turn*: a round of it. It may use no other room; every other may it.
"""
