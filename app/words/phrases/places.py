"""Words for places, offices and stages."""

from app.words.catalogue import N_

REFUSALS: dict[str, str] = {
    "places.columns": N_("The file lacks these columns: %(columns)s."),
    "places.kato": N_("«%(kato)s» is not a KATO code of nine digits."),
    "places.twice": N_("The code %(kato)s stands in the file twice."),
    "places.level": N_("«%(level)s» is not a level of the classifier."),
    "places.no_name": N_("%(kato)s lacks a name in Kazakh or in Russian."),
    "places.no_parent": N_("The place above %(kato)s is not in the file."),
    "places.unknown": N_("No place with the code %(kato)s is known. Import the classifier first."),
    "places.no_unit": N_(
        "%(kato)s has no budget of its own: it is not a rural district, village, "
        "settlement or town."
    ),
    "places.already": N_("The unit %(kato)s lives here already."),
    "places.slug_form": N_(
        "An address has small Latin letters, digits and hyphens: not «%(slug)s»."
    ),
    "places.slug_reserved": N_("The address «%(slug)s» is kept for the product itself."),
    "places.slug_taken": N_("Another district lives at the address «%(slug)s»."),
    "rounds.calendar_order": N_(
        "The stages must follow one another: each begins later than the one before."
    ),
    "rounds.not_yet": N_("This opens on %(opens)s."),
    "rounds.closed": N_("This closed on %(closed)s."),
}
LABELS = {
    "akim.rural_okrug": N_("Akim of the rural district"),
    "akim.village": N_("Akim of the village"),
    "akim.kent": N_("Akim of the settlement"),
    "akim.town": N_("Akim of the town"),
    "fact.people": N_("Residents"),
    "fact.voters": N_("Voters"),
    "fact.households": N_("Households"),
    "fact.budget": N_("Budget"),
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
    "role.raion-office": N_("office of the raion's akim"),
    "role.observer": N_("observer"),
    "role.operator": N_("operator"),
    "role.resident": N_("resident"),
    "role.none": N_("no office at present"),
}
