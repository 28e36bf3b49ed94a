"""What the account of a count says: how a project came out, and what is ticked again."""

from app.words.catalogue import N_

REFUSALS = {
    "account.nothing_ticked": N_("Tick at least one project of this round."),
}
LABELS = {
    "why.short": N_("Its supporters had too little left"),
    "why.rival_taken": N_("Another of its group was taken"),
    "why.funded_remainder": N_("Recommended: filled up by votes"),
    "why.funded_guarantee": N_("Recommended: from its settlement's part"),
}
