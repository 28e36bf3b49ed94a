"""After the decision: works, payments, what residents see, and the deputies' questions.

An approved project becomes *works* with stages, promised and real dates, planned and paid tenge.
A resident *reports* built, partly or not built, once per project. A deputy's *question* has a
target date; a resident may *ask a deputy* (a *plea*). Uses core, ledger, places, people, rounds,
proposals, voting, decisions.
"""
