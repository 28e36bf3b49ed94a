"""Common ground: settings, the database and its transaction, keys, the clock, Refusal, money.

Everything may use this room; it uses none of ours. A `Refusal` is an expected "no" with a code
and facts; a `Clock` says what time it is; `transaction` is the only thing that commits.
"""
