"""Words of *was a vote cast in my name?*, of notices and disputes, and of one's own data."""

from app.words.catalogue import N_

REFUSALS = {
    "voting.asked_enough": N_(
        "The office asked %(most)s times today; more is not possible. Again from %(day)s."
    ),
    "voting.notice_no_phone": N_("No phone is set for you. Please set one first."),
    "voting.notice_shared": N_(
        "Other people use this number too and would read the message. Please tick that this is "
        "all right, or choose your own page."
    ),
    "voting.dispute_early": N_("Voting has not begun yet. It opens: %(opens)s."),
    "voting.dispute_late": N_("This could be said until %(until)s."),
    "voting.dispute_none": N_("No vote in this name is known in this round."),
    "voting.dispute_open": N_("This was said already. A second official is looking into it."),
    "voting.dispute_settled": N_("This has been settled already."),
    "voting.dispute_own": N_("You wrote it down: another official settles it."),
    "voting.dispute_not_yours": N_("Another official of the district or of the raion settles it."),
    "voting.dispute_vote_again": N_(
        "The vote still runs: the person votes again, and only that vote counts."
    ),
    "people.erase_claim": N_(
        "Your claim No. %(number)s about the list has no answer yet. Erase the account afterwards."
    ),
    "voting.erase_dispute": N_(
        "What you said about a vote in your name is not settled yet. Erase the account afterwards."
    ),
    "people.erase_group": N_(
        "These letters and digits are not on your card. Please look at the first group."
    ),
    "people.erase_needs_card": N_(
        "A phone may be in other hands: a card is needed for this. The akim's office gives one."
    ),
    "people.erase_sure": N_("Please tick this if you are sure."),
}
LABELS = {
    "desk.disputes": N_("Disputed votes"),
    "my_vote.online": N_("A vote was cast by phone or computer"),
    "my_vote.paper": N_("A paper ballot was issued"),
    "my_vote.unused": N_("No vote was cast"),
    "my_vote.destroyed": N_(
        "The key of this round was destroyed: nobody can tell any more who voted"
    ),
    "my_vote.no_key": N_("This cannot be told at this moment. Please ask later"),
    "dispute.": N_("being looked into"),
    "dispute.replaced": N_("The person voted again; only that vote counts"),
    "dispute.own": N_("It was the person's own vote"),
    "dispute.foreign": N_("It was somebody else's vote, and voting was over: it stays counted"),
    "fact.outcome": N_("How it ended: %(value)s"),
    "outcome.replaced": N_("The person voted again; only that vote counts"),
    "outcome.own": N_("It was the person's own vote"),
    "outcome.foreign": N_("It was somebody else's vote, and voting was over: it stays counted"),
    "entry.voting.asked_at_desk": N_("Asked for a person at the desk whether a vote was cast"),
    "entry.voting.dispute_opened": N_("A person says: I did not cast this vote"),
    "entry.voting.dispute_settled": N_("A disputed vote was settled by a second official"),
    "entry.people.account_erased": N_("A resident had their account erased"),
    "voting.cast_in_your_name": N_(
        "Asar, %(place)s: a vote was cast in your name. Not you? Akim's office: %(phone)s"
    ),
    "voting.paper_in_your_name": N_(
        "Asar, %(place)s: a paper ballot was issued in your name. Not you? Akim's office: %(phone)s"
    ),
}
