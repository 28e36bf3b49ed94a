"""What signing in through the state's provider says, and what the acts with keys are called."""

from app.words.catalogue import N_

REFUSALS: dict[str, str | tuple[str, str]] = {
    "people.state_down": N_(
        "The state's page does not answer just now. Please sign in another way or try again later."
    ),
    "people.state_ended": N_(
        "This sign-in has ended: more than ten minutes passed, it was used already, or it was begun"
        " in another browser. Please begin anew."
    ),
    "people.state_broken_off": N_(
        "The state's page did not confirm who you are. You can begin anew or sign in another way."
    ),
    "people.state_unproven": N_(
        "What came back from the state's page could not be believed, so nobody was signed in."
        " Please begin anew."
    ),
    "people.state_no_number": N_(
        "The state's page did not tell your identification number, and without it we cannot find"
        " you on the list. Please sign in with a card."
    ),
    "people.state_other_person": N_(
        "This account belonged to somebody else here before. Please go to the akim's office with"
        " your document."
    ),
    "people.state_not_listed": N_(
        "You stand on no list of residents here, and nothing about you was kept. If you are"
        " registered in a district that takes part, go to its akim's office with your identity"
        " card and ask to be put on the list."
    ),
}
LABELS = {
    "entry.rounds.key_rotated": N_("The round's key was made anew before its list was closed"),
    "entry.rounds.key_destroyed": N_("The round's key was destroyed"),
}
