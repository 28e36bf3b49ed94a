"""Words for places, offices and stages."""

from app.words.catalogue import N_

REFUSALS: dict[str, str] = {
    "rounds.calendar_order": N_(
        "The stages must follow one another: each begins later than the one before."
    ),
    "rounds.not_yet": N_("This opens on %(opens)s."),
    "rounds.closed": N_("This closed on %(closed)s."),
}
LABELS = {
    "stage.announced": N_("Announced"),
    "stage.proposals": N_("Ideas"),
    "stage.review": N_("Review"),
    "stage.voting": N_("Voting"),
    "stage.counting": N_("Counting"),
    "stage.results": N_("Results"),
    "stage.assembly": N_("Assembly"),
    "stage.decision": N_("Decision"),
    "stage.budget": N_("Budget"),
    "stage.works": N_("Works"),
    "stage.evaluated": N_("Evaluated"),
    "role.clerk": N_("specialist of the akim's office"),
    "role.akim": N_("akim"),
    "role.maslikhat": N_("member of the maslikhat"),
    "role.maslikhat-office": N_("office of the maslikhat"),
    "role.observer": N_("observer"),
    "role.operator": N_("operator"),
    "role.resident": N_("resident"),
    "role.none": N_("no office at present"),
}
