"""What cards say, and whoever is slowed down with one."""

from app.words.catalogue import N_

REFUSALS: dict[str, str | tuple[str, str]] = {
    "people.wait_network": N_(
        "Many wrong tries came from your network. Please try again in %(seconds)s seconds."
    ),
    "people.code_slip_first": N_("There is a slip in the first group. Please look at it again."),
    "people.code_slip_second": N_("There is a slip in the second group. Please look at it again."),
    "people.group_shape": N_("A group of the code has five letters and digits."),
    "people.group_slip": N_("There is a slip in the first group. Please look at it again."),
    "people.cards_want_second": (
        N_(
            "Without a second official at most %(most)s cards are issued anew in a day;"
            " today %(n)s is left."
        ),
        N_(
            "Without a second official at most %(most)s cards are issued anew in a day;"
            " today %(n)s are left."
        ),
    ),
    "people.cards_nobody_left": N_(
        "Nobody is left to print for: they have left the roll or got new cards by now."
    ),
}
