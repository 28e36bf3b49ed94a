"""What the count's rules say: why some do not go together, and what waits for the commission."""

from app.words.catalogue import N_

REFUSALS = {
    "rounds.guarantee": N_("The part kept for a settlement can be %(most)s percent at most."),
    "counting.completion_is_of_shares": N_("Only Equal Shares needs a way to end."),
    "counting.completion_missing": N_("Choose how Equal Shares comes to the end of the money."),
    "counting.utility_is_of_shares": N_("Only Equal Shares weighs projects."),
    "counting.utility_missing": N_("Choose by what Equal Shares weighs projects."),
    "counting.points_are_the_utility": N_("Where ballots carry points, the points are the weight."),
    "counting.points_need_such_ballots": N_("Points need a ballot that gives points."),
    "counting.shares_need_no_guarantee": N_(
        "Equal Shares goes with no guaranteed part: every voter has an equal share already, those "
        "of the smallest settlement too. Choose one of the two."
    ),
    "decisions.tied": N_("The count waits for the commission: equal projects %(projects)s."),
    "decisions.no_tie": N_("No equal projects wait for the commission."),
    "decisions.tie_order": N_("Name each of the equal projects once."),
    "decisions.tie_act": N_("Write the number and the day of the commission's minutes."),
    "decisions.tie_words": N_("Write the commission's reason in both languages."),
}
LABELS = {
    "entry.decisions.tied": N_("Equal projects wait for the commission"),
    "entry.decisions.tie_decided": N_("The commission decided between equal projects"),
}
