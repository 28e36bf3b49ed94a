"""Words of the vote, of its paper, and of its sealing."""

from app.words.catalogue import N_

REFUSALS = {
    "voting.choose_one": N_("Please choose at least one project."),
    "voting.not_on_ballot": N_("This project is not on the ballot. Please choose from the list."),
    "voting.too_many": (
        N_("You can choose at most %(n)s project."),
        N_("You can choose at most %(n)s projects."),
    ),
    "voting.not_on_roll": N_("You are not on the roll for this vote."),
    "voting.listed_late": N_(
        "The roll for this vote closed on %(day)s; later entries cannot vote."
    ),
    "voting.too_young": N_("Whoever is 18 by %(day)s can vote."),
    "voting.paper_issued": N_("A paper ballot was issued in your name, so you vote on paper."),
    "voting.cast_again": N_("This form is spent. Please open the ballot and vote again."),
    "voting.envelope_broken": N_(
        "Your ballot cannot be read. Please vote again and tell the akim's office."
    ),
    "voting.no_key": N_(
        "Votes cannot be taken at this moment: the key of the round is missing here. "
        "Nothing was lost. Please try later."
    ),
    "voting.still_open": N_("Voting is open until %(closes)s."),
    "voting.not_sealed": N_("The online ballots are not sealed yet."),
    "voting.paper_open": N_(
        "Not every paper ballot is accounted for. The results begin on %(results)s."
    ),
    "voting.paper_closed": N_("The paper ballots of this round are closed."),
    "voting.no_projects": N_("No project is on the ballot yet."),
    "voting.sheets": N_(
        "Print from %(least)s to %(most)s sheets at a time. One sheet printed alone could be "
        "recognised."
    ),
    "voting.document": N_("Please look at the person's document first, and tick this."),
    "voting.person": N_("Please choose a person from the list."),
    "voting.already_issued": N_("A paper ballot was already issued to this person."),
    "voting.not_issued": N_("No paper ballot was issued to this person."),
    "voting.none_out": N_("Every ballot that was issued has already been entered."),
    "voting.number_slip": N_("There is a slip in the number. It has nine digits."),
    "voting.unknown_sheet": N_("No ballot of this round has this number."),
    "voting.sheet_returned": N_("This ballot came back unused and cannot be entered."),
    "voting.sheet_entered": N_("This ballot has already been entered, so it was used."),
    "voting.entered_by_you": N_(
        "You have already entered this ballot, otherwise. The second reading is another person's."
    ),
    "voting.entered_twice": N_("Two people have already entered this ballot."),
    "voting.more_than_issued": N_(
        "More ballots are being entered than were issued. Lay this one aside and call the akim."
    ),
    "voting.mark_spoiled": N_(
        "A ballot with no mark, or with more than %(n)s, is spoiled. Please tick that."
    ),
    "voting.third_person": N_("You entered this ballot before. A third person settles it."),
    "voting.nothing_to_settle": N_("There is no difference to settle on this ballot."),
}
LABELS = {
    "entry.voting.sealed": N_("Online ballots sealed and shuffled"),
    "entry.voting.paper_closed": N_("Paper ballots closed, every sheet accounted for"),
    "entry.voting.ballots_printed": N_("Paper ballots printed"),
    "entry.voting.paper_settled": N_("A difference on a paper ballot settled by a third person"),
}
