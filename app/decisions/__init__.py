"""What came of the vote: the count, and the word of each body on each project.

The *outcome* is what `counting` computed from the sealed ballots, stored once with its account.
A *word* is what a body (assembly, akim, raion, maslikhat) said of a project: agreed, in part, or
declined. A word against the vote is a *departure*. Words are versioned and never edited. Uses
core, counting, ledger, places, people, rounds, proposals, voting.
"""
