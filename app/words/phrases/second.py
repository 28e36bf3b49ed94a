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
    "people.second_who": N_("Please choose an official of the district or the raion's."),
    "people.second_named": N_("This official is named already."),
    "people.second_over": N_("This has been ended already."),
    "rounds.needs_second": N_("A second official has to agree to this."),
    "rounds.nothing_changed": N_("Nothing would change. Please change something first."),
    "rounds.changed_meanwhile": N_(
        "What was to be changed has been changed since. Please ask anew."
    ),
    "rounds.cancelled": N_("The round was called off, %(at)s. Nothing can be done in it any more."),
    "rounds.cancel_late": N_(
        "Voting closed: %(closed)s. What was voted to the end is counted and published."
    ),
    "rounds.held_once": N_("The result was put off already. That can be done only once."),
    "rounds.hold_until": N_(
        "The result can be put off only to a moment after %(first)s and until %(last)s."
    ),
    "decisions.held": N_("The result was put off until: %(at)s."),
}
LABELS = {
    "desk.second": N_("Second official"),
    "duty.second": N_("Answer as the second official"),
    "fact.act": N_("What is meant: %(value)s"),
    "act.correct_roll": N_("to correct the closed list of voters"),
    "act.change_round": N_("to change a round after proposals opened"),
    "act.cancel_round": N_("to call off a round"),
    "act.hold_result": N_("to put off the publishing of a result"),
    "act.reissue_cards": N_("to issue many sign-in cards anew"),
    "act.make_official": N_("to give somebody an office"),
    "entry.rounds.cancelled": N_("The round was called off"),
    "entry.rounds.held": N_("The result was put off"),
    "entry.people.second_named": N_("A second official was named in advance"),
    "entry.people.second_ended": N_("The naming of a second official was ended"),
    "consent.fact.do": N_("What is done"),
    "consent.fact.do.add": N_("somebody is added to the list"),
    "consent.fact.do.off": N_("somebody is taken off the list"),
    "consent.fact.do.correct": N_("a line of the list is corrected"),
    "consent.fact.name": N_("Name"),
    "consent.fact.full_name": N_("Name"),
    "consent.fact.person_id": N_("Resident"),
    "consent.fact.settlement_id": N_("Settlement"),
    "consent.fact.born": N_("Born"),
    "consent.fact.iin": N_("Identification number"),
    "consent.fact.why": N_("Why"),
    "consent.fact.reason": N_("Why"),
    "consent.fact.role": N_("Office"),
    "consent.fact.by_order": N_("By order"),
    "consent.fact.since": N_("Since"),
    "consent.fact.basis": N_("Basis"),
    "consent.fact.until": N_("Last day"),
    "consent.fact.cards": N_("Cards"),
    "consent.fact.person_ids": N_("Whose cards"),
    "consent.fact.note": N_("Remark"),
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
