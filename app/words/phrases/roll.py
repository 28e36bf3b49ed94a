"""What keeping the roll says: lists, corrections by hand, the closed list."""

from app.words.catalogue import N_

REFUSALS = {
    "people.roll_header": N_(
        "One of the first %(within)s rows must name the columns: name, IIN, settlement."
    ),
    "people.roll_closed": N_(
        "The list of voters is closed until %(until)s. Changes need a second official."
    ),
    "people.roll_moved": N_(
        "The roll has changed meanwhile. Nothing was written: please look at the changes anew."
    ),
    "people.gone_unseen": N_("Please say that these people are to be taken off the roll."),
    "people.nothing_changed": N_("Nothing in this line was changed."),
}
LABELS = {
    "roll_kind.problem": N_("To correct"),
    "roll_kind.gone": N_("Taken off"),
    "roll_kind.changed": N_("With changes"),
    "roll_kind.new": N_("New"),
    "roll_kind.already": N_("As they are"),
    "roll_part.name": N_("Name"),
    "roll_part.settlement_id": N_("Settlement"),
    "roll_part.of_age_on": N_("Turns or turned 18"),
    "roll_step.added": N_("Was put on the roll"),
    "roll_step.changed": N_("Corrected"),
    "roll_step.off": N_("Was taken off the roll"),
    # a request for a correction of the closed list, as the second official reads it
    "consent.fact.why.moved": N_("moved away"),
    "consent.fact.why.died": N_("died"),
    "consent.fact.why.mistake": N_("stood on the roll by mistake"),
    "consent.fact.why.other": N_("another reason"),
    # as the public record says it
    "fact.source": N_("Source: %(value)s"),
    "fact.legal_basis": N_("Legal basis: %(value)s"),
    "fact.rows": N_("Rows: %(value)s"),
    "fact.added": N_("New people: %(value)s"),
    "fact.corrected": N_("Changed lines: %(value)s"),
    "fact.gone": N_("Taken off: %(value)s"),
    "fact.sha256": N_("SHA-256 of the file: %(value)s"),
    "why.moved": N_("moved away"),
    "why.died": N_("died"),
    "why.mistake": N_("stood on the roll by mistake"),
    "why.raion": N_("the raion cleared up that they belong to another district"),
    "why.other": N_("another reason"),
    "entry.people.list_read": N_("A list was read and not yet brought in"),
    "entry.people.corrected": N_("A line of the roll was corrected"),
}
