"""What a second pair of eyes says."""

from app.words.catalogue import N_

REFUSALS: dict[str, str | tuple[str, str]] = {
    "people.consent_waits": N_("Such a request is waiting for an answer already."),
    "people.no_second": N_(
        "Nobody can be the second official yet. The akim names one in advance, in public."
    ),
    "people.consent_settled": N_("This request has been answered or taken back already."),
    "people.consent_ended": N_("This request ended at %(at)s. It can be made anew."),
    "people.consent_own": N_("You asked for it: the second official is somebody else."),
    "people.consent_not_yours": N_(
        "The second official is another one of the district or the raion's."
    ),
}
LABELS = {
    "consent.act.correct_roll": N_("to correct the closed list of voters"),
    "consent.act.change_round": N_("to change a round after proposals opened"),
    "consent.act.cancel_round": N_("to call off a round"),
    "consent.act.hold_result": N_("to put off the publishing of a result"),
    "consent.act.reissue_cards": N_("to issue many sign-in cards anew"),
    "consent.act.make_official": N_("to give somebody an office"),
    "consent.state.waiting": N_("waits for the second official"),
    "consent.state.agreed": N_("agreed, to be done"),
    "consent.state.done": N_("agreed and done"),
    "consent.state.refused": N_("refused"),
    "consent.state.taken_back": N_("taken back"),
    "consent.state.expired": N_("ended without an answer"),
    "entry.people.consent_asked": N_("A second official's consent was asked for"),
    "entry.people.consent_given": N_("The second official agreed"),
    "entry.people.consent_refused": N_("The second official refused"),
    "entry.people.consent_taken_back": N_("The request for consent was taken back"),
    "entry.people.consent_expired": N_("A request for consent ended without an answer"),
}
