"""What the calendar of legal steps and the checklist of publications say."""

from app.words.catalogue import N_

REFUSALS = {
    "budget.step_unknown": N_("The law names no such step for this year."),
    "budget.step_ahead": N_("Only what is done can be noted: this day lies ahead."),
    "budget.url": N_("Write a web address that begins with https://"),
    "budget.url_missing": N_("Write where it can be read: its web address."),
    "budget.paper_unknown": N_("Choose what was published."),
    "budget.place_unknown": N_("Choose where it was published."),
}
LABELS = {
    "entry.budget.step_noted": N_("A legal step was noted"),
    "entry.budget.paper_noted": N_("A publication was noted"),
    "entry.budget.citizens_published": N_("The citizens' budget was published"),
    "budget.step.done": N_("Done"),
    "budget.step.done_late": N_("Done, late"),
    "budget.step.late": N_("Late"),
    "budget.step.next": N_("Next"),
    "budget.step.ahead": N_("Ahead"),
    "budget.step.undated": N_("No day yet"),
    "budget.step.not_noted": N_("Not noted"),
    "budget.step.not_needed": N_("Not needed"),
    "budget.published.yes": N_("Published"),
    "budget.published.late": N_("Late"),
    "budget.published.was_late": N_("Published late"),
    "budget.published.ahead": N_("Not due yet"),
    "budget.place.here": N_("Here"),
    "budget.place.site": N_("The office's site"),
    "budget.place.portal": N_("The open budgets portal"),
    "desk.budget_steps": N_("Legal steps"),
}
