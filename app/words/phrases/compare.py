"""What the comparison of budgets and the import of published acts say."""

from app.words.catalogue import N_

REFUSALS = {
    "budget_units.year": N_("«%(year)s» is no year."),
    "budget_units.sum": N_("%(column)s: «%(value)s» is no sum in thousands of tenge."),
    "budget_units.own": N_(
        "The own revenue does not add up: the row says %(stated_tenge)s, its parts come to "
        "%(found_tenge)s."
    ),
    "budget_units.address": N_("The source has no address on the internet."),
    "budget_units.decision": N_("The decision is not named."),
    "budget_units.not_found": N_("The classifier has no unit «%(name)s» in «%(raion)s»."),
    "budget_units.several": N_(
        "The classifier has %(n)s units «%(name)s» in «%(raion)s»: the row needs a KATO code."
    ),
    "budget_units.other_name": N_("The code %(kato)s belongs to another unit: %(name)s."),
    "budget_units.lives_here": N_("%(name)s lives here: its own office publishes its budget."),
}
LABELS: dict[str, str] = {}
