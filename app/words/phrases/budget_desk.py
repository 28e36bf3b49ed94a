"""What the desk says of budgets: drafts, steps, the classification."""

from app.words.catalogue import N_

REFUSALS = {
    "budget.draft_newer": N_(
        "Somebody has saved newer work since: %(by)s, %(at)s. Nothing was overwritten."
    ),
    "budget.draft_gone": N_("This draft was published or thrown away in the meantime."),
    "budget.large_total": N_("A stated total is too large."),
    "budget.article_unknown": N_("This year's classification has no such entry."),
    "budget.article_same": N_("Nothing would change. Please change something first."),
    "budget.article_until": N_("The last year must not be before %(first)s."),
    "budget.article_part": N_("Choose the part it stands under."),
    "budget.article_named": N_("There is an article with this name already."),
    "budget.article_many": N_("There are %(most)s articles of your own already."),
    "budget.article_meanwhile": N_("Somebody has corrected this at the same moment. Look anew."),
    "budget.start": N_("There is nothing to begin with. Choose another beginning."),
}
LABELS = {
    "duty.budget_month": N_("Publish how the budget was carried out month by month"),
    "desk.budget": N_("Budget"),
    "budget.column.amount": N_("Done so far"),
    "budget.column.planned": N_("Planned so far"),
    "entry.budget.article_corrected": N_("The classification was corrected"),
    "entry.budget.article_added": N_("An article was added to the classification"),
    "fact.since": N_("From the year: %(value)s"),
    "fact.article": N_("Article: %(value)s"),
    "fact.article_was": N_("It was called: %(value)s"),
    "fact.code": N_("Code: %(value)s"),
    "fact.code_was": N_("The code was: %(value)s"),
    "entry.budget.file_not_used": N_("A handed-in file was not used"),
}
