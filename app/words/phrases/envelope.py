"""Words for a round's money: what its sum rests on, lines of the draft, and spare money."""

from app.words.catalogue import N_

REFUSALS = {
    "envelope.less": N_(
        "The round asks about %(asked_tenge)s. A paper that names less does not cover it: "
        "change the rules first."
    ),
    "envelope.ahead": N_("This day has not come yet."),
    "envelope.old": N_("The statement is of this year or the last one, %(first)s or later."),
    "envelope.no_line": N_("This line says nothing about the money of that year."),
    "envelope.not_approved": N_(
        "The approved budget of %(year)s is not published yet. Publish it first."
    ),
    "envelope.newer": N_(
        "A newer version of the budget is published: %(number)s. Please choose its line."
    ),
    "decisions.none_agreed": N_(
        "There is nothing to put into the draft: the assembly and the akim have not agreed to "
        "any project yet."
    ),
    "decisions.in_draft_already": N_("All projects are in the draft with these sums already."),
    "spare.which": N_("Please choose the project of this round."),
    "spare.not_saved": N_("Only accepted works save money. These have left over: %(left_tenge)s."),
    "spare.not_there": N_("No more can be used than what is there: %(left_tenge)s."),
}
LABELS = {
    "basis.statement": N_("Statement of the akim"),
    "basis.planned_line": N_("Line of a planned budget"),
    "basis.approved_line": N_("Line of the approved budget"),
    "fact.budget_year": N_("Budget of the year: %(value)s"),
    "spare.saved": N_("Money saved"),
    "spare.returned": N_("Money returned"),
    "spare.used": N_("Money used"),
    "duty.basis": N_("Name the paper that the round's sum rests on"),
    "duty.into_draft": N_("Put the round's projects into the draft budget"),
    "duty.confirm": N_("Confirm the round's sum by the approved budget"),
    "entry.rounds.basis_statement": N_("The akim stated the sum of the round"),
    "entry.rounds.basis_planned_line": N_("The sum rests on a line of a published budget"),
    "entry.decisions.into_draft": N_("Put into the draft budget"),
    "entry.followup.money_saved": N_("Money of the round was saved"),
    "entry.followup.money_returned": N_("Money of the round was returned"),
    "entry.followup.money_used": N_("Spare money of the round was used"),
}
