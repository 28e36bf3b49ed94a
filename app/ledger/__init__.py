"""The append-only public record: every official act, dated, with its office and its reason.

An *entry* is written once, in the transaction of the act it records, and is public. A proposal's
way is its entries in order. Entries never name a voter and never tell a choice. Uses core.
"""
