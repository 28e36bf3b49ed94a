"""Words for the list of voters: its closing, claims about it, people named by two districts."""

from app.words.catalogue import N_

REFUSALS = {
    "voting.not_on_list": N_("You are not on the closed list of this round."),
    "voting.list_final": N_("The vote ended: %(closes)s. Its list no longer changes."),
    "people.claim_number": N_(
        "Please leave the identification number out: it is not needed, and nobody keeps it."
    ),
    "people.claims_wait": (
        N_("%(n)s claim of yours waits for its answer. Please wait for it first."),
        N_("%(n)s claims of yours wait for their answers. Please wait for those first."),
    ),
    "people.claim_answered": N_("This claim was answered already, %(at)s."),
    "people.conflict_settled": N_("This was decided already, %(at)s."),
    "people.conflict_locked": N_(
        "The list of one of the two districts is closed for a vote until %(until)s. Until then "
        "nobody is moved: moving would take a vote away."
    ),
    "people.conflict_changed": N_(
        "The lists have changed since: the person stands elsewhere, or the settlement is gone. "
        "Leave them where they stand and ask the district to name them anew."
    ),
}
LABELS = {
    "entry.voting.list_closed": N_("The list of voters was closed"),
    "entry.voting.list_corrected": N_("Two officials corrected the closed list of voters"),
    "entry.people.claim_filed": N_("Somebody filed a claim about the list"),
    "entry.people.claim_answered": N_("A claim about the list was answered"),
    "entry.people.conflict_opened": N_("Two districts name one person: the raion was asked"),
    "entry.people.conflict_settled": N_("The raion decided about a person named by two districts"),
    "duty.claims": N_("Answer the claims about the list"),
    "claim.missing": N_("I am registered here and not on the list"),
    "claim.wrong": N_("What it says about me is wrong"),
    "claim.stranger": N_("Somebody is on it who does not live here"),
    "verdict.granted": N_("Granted"),
    "verdict.refused": N_("Refused"),
    "conflict.moves": N_("Moves to the district that names them anew"),
    "conflict.stays": N_("Stays where they stand"),
    "line.name": N_("Name"),
    "line.settlement": N_("Settlement"),
    "line.of_age_on": N_("Turns or turned 18"),
    "line.basis": N_("On which basis"),
    "line.added_on": N_("On the roll since"),
}
