"""What the desk says of budgets: drafts, steps, the classification."""

from app.words.catalogue import N_

REFUSALS = {
    "budget.draft_newer": N_(
        "Somebody has saved newer work since: %(by)s, %(at)s. Nothing was overwritten."
    ),
    "budget.draft_gone": N_("This draft was published or thrown away in the meantime."),
    "budget.large_total": N_("A stated total is too large."),
    "budget.start": N_("There is nothing to begin with. Choose another beginning."),
}
LABELS = {
    "entry.budget.file_not_used": N_("A handed-in file was not used"),
}
