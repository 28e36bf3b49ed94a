"""What the budget's refusals and codes say."""

from app.words.catalogue import N_

REFUSALS = {
    "budget.year": N_("The year must lie between %(first)s and %(last)s."),
    "budget.month": N_("Choose a month, or the whole year."),
    "budget.month_early": N_(
        "That month is not over. Its execution can be published from %(day)s."
    ),
    "budget.no_lines": N_("There is no line in it."),
    "budget.many_lines": N_("There are more than %(most)s lines."),
    "budget.negative": N_("Line %(row)s: a sum is below zero."),
    "budget.large": N_("Line %(row)s: the sum is too large."),
    "budget.unknown_part": N_("Line %(row)s: this year's classification has no «%(part)s»."),
    "budget.unknown_article": N_("Line %(row)s: this year's classification has no «%(article)s»."),
    "budget.gap": N_(
        "It does not add up: the paper says %(stated_tenge)s, its lines come to %(found_tenge)s."
    ),
    "budget.act_number": N_("Write the number of the decision or the minutes."),
    "budget.act_date": N_("Write the date of the decision or the minutes."),
    "budget.act_ahead": N_("This date lies ahead."),
    "budget.corrects": N_("Only the newest version can be corrected."),
    "budget.say_correction": N_(
        "Version %(number)s is published already. If this one corrects it, say so and write why."
    ),
    "budget.step_back": N_("The budget is further already: a step cannot go back."),
    "budget.reason": N_("Write why there is a new version, in both languages."),
}
LABELS = {
    "entry.budget.published": N_("The budget was published"),
    "budget.kind.draft": N_("Draft budget"),
    "budget.kind.agreed": N_("Agreed with the assembly"),
    "budget.kind.at_raion": N_("At the raion"),
    "budget.kind.approved": N_("Approved by the maslikhat"),
    "budget.kind.refined": N_("Refined"),
    "budget.kind.executed": N_("Execution"),
    "budget.side.receipt": N_("Receipts"),
    "budget.side.spending": N_("Spending"),
    "budget.side.financing": N_("What covers the deficit"),
    "budget.total.balance": N_("Balance"),
    "budget.origin.office": N_("Figures of the akim's office"),
    "budget.origin.source": N_("Figures of a published act"),
    "budget.origin.invented": N_("Invented figures, for the demonstration"),
}
