"""Notices: what people are told outside the pages, by which channel, and what waits to go out.

A *notice* lies sealed in the *outbox* until its *gateway* took it, then it is deleted. It is a
code and facts; `words` makes the sentence when it is sent. Uses core, people.
"""
