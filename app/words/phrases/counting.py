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
    "voting.too_dear": N_(
        "What you chose costs %(over_tenge)s too much: together it may cost at most %(tenge)s. "
        "Please take something back."
    ),
    "voting.mark_spoiled_dear": N_(
        "The marked projects cost %(over_tenge)s more than the %(tenge)s there is: the ballot is "
        "spoiled. Please tick that."
    ),
    "voting.mark_spoiled_empty": N_("A ballot with no mark is spoiled. Please tick that."),
    "rivals.unknown": N_("There is no such project or group here any more. Please look again."),
    "rivals.alone": N_("A group needs at least two projects."),
    "rivals.words": N_("Say in both languages why only one of them can be built."),
    "rivals.nothing_changed": N_("Nothing was changed: the groups are as they were."),
    "pb.no_file": N_("Please choose a file."),
    "pb.big": N_("The file is larger than %(most)s MB. The command asar compare counts it."),
    "pb.too_much": N_(
        "%(ballots)s different ballots for %(projects)s projects take too long for a page. "
        "The command asar compare counts them."
    ),
    "pb.cannot": N_("This election cannot be counted so: %(reason)s"),
    "pb.other": N_("Line %(line)s: %(reason)s"),
    "pb.not_utf8": N_("Line %(line)s: this is not UTF-8 text."),
    "pb.empty": N_("The file is empty."),
    "pb.broken_quoting": N_("Line %(line)s: a quotation mark is not closed."),
    "pb.section_expected": N_(
        "Line %(line)s: the part %(section)s should begin here. Is it a .pb file of Pabulib?"
    ),
    "pb.section_missing": N_("Line %(line)s: the part %(section)s is missing."),
    "pb.column_missing": N_("Line %(line)s: the part %(section)s has no column %(column)s."),
    "pb.cells": N_("Line %(line)s: %(found)s cells where there should be %(expected)s."),
    "pb.key_missing": N_("Line %(line)s: the part META has no %(key)s."),
    "pb.not_an_amount": N_("Line %(line)s: %(key)s is not an amount: %(value)s"),
    "pb.not_a_whole_number": N_("Line %(line)s: %(key)s is not a whole number: %(value)s"),
    "pb.project_repeated": N_("Line %(line)s: project %(project)s stands there twice."),
    "pb.projects_differ": N_(
        "Line %(line)s: %(said)s projects are announced, %(found)s are there."
    ),
    "pb.votes_differ": N_("Line %(line)s: %(said)s ballots are announced, %(found)s are there."),
    "pb.voter_repeated": N_("Line %(line)s: voter %(voter)s votes twice."),
    "pb.vote_empty": N_("Line %(line)s: voter %(voter)s names no project."),
    "pb.choice_unknown": N_(
        "Line %(line)s: a vote for %(project)s, which is no project of this file."
    ),
    "pb.choices_too_many": N_(
        "Line %(line)s: %(found)s projects are chosen where at most %(most)s may be."
    ),
    "decisions.tied": N_("The count waits for the commission: equal projects %(projects)s."),
    "decisions.no_tie": N_("No equal projects wait for the commission."),
    "decisions.tie_order": N_("Name each of the equal projects once."),
    "decisions.tie_act": N_("Write the number and the day of the commission's minutes."),
    "decisions.tie_words": N_("Write the commission's reason in both languages."),
}
LABELS = {
    "duty.tie": N_("Record the commission's order of equal projects"),
    "entry.proposals.rivals_set": N_("Named as a project that excludes others"),
    "entry.proposals.rivals_lifted": N_("It no longer excludes other projects"),
    "fact.rivals": N_("At most one of it and these is taken: %(value)s"),
    "fact.rivals_before": N_("Before: %(value)s"),
    "fact.tied": N_("Equal projects, by their numbers on the ballot: %(value)s"),
    "fact.order": N_("Order, by numbers on the ballot: %(value)s"),
    "method.knapsack": N_("knapsack: what one chooses must fit into the money"),
    "counting_rule.equal-shares": N_("Equal Shares"),
    "utility.cost": N_("as much as it costs"),
    "utility.number": N_("each the same"),
    "completion.add1u": N_("shares grow, and the rest is filled up by votes"),
    "completion.add1": N_("shares grow, and the rest stays unspent"),
    "completion.none": N_("with the first shares only"),
    "ties.draw": N_("the draw"),
    "ties.commission": N_("the commission, on the record"),
    "rule.method": N_("The ballot"),
    "rule.counting_rule": N_("Rule of the count"),
    "rule.utility": N_("What a project weighs under Equal Shares"),
    "rule.completion": N_("How Equal Shares comes to the end of the money"),
    "rule.ties": N_("Who decides between equal projects"),
    "rule.guarantee_percent": N_("Part of the money kept for each settlement, in percent"),
    "rule.compare_rules": N_("Show beside the result what the other rule would have chosen"),
    "advice.method.approval": N_(
        "Everybody chooses projects up to a number, and each gets one vote. Recommended: people "
        "find it the easiest ballot, and a project is supported whatever it costs. Source: "
        "Fairstein, Benade and Gal, with 1,800 participants."
    ),
    "advice.method.knapsack": N_(
        "Everybody chooses as many projects as fit into the money together; the number is not "
        "limited. People see that money is short, but they choose cheaper projects, and dear ones "
        "that many need get fewer votes. Not recommended; source: Gelauff and Goel, more than 150 "
        "elections."
    ),
    "advice.counting_rule.most-votes": N_(
        "Projects are taken from the most votes down, whatever still fits. Recommended as the "
        "binding rule: everybody knows it, and anybody can check it with a pencil. In 936 real "
        "elections (Pabulib) 16.4 % of the voters got nothing they chose, and the biggest winner "
        "took 46.6 % of the money."
    ),
    "advice.counting_rule.equal-shares": N_(
        "Every voter gets an equal share of the money, and those who chose a project pay for it "
        "together. In the same 936 elections (Pabulib) 14.2 % got nothing instead of 16.4 %, and "
        "11.3 projects won instead of 7.5; but it needs two and a half choices a ballot or more, "
        "with one choice it is worse (32.8 % with nothing instead of 29.7 %). Recommended first as "
        "the comparison below; as the binding rule once your lawyer has read what the regional "
        "rules allow."
    ),
    "advice.utility.cost": N_(
        "A project is worth to its supporters what it costs. Recommended: large projects are not "
        "held back, and Wieliczka, Świecie and Assen counted so. The choice matters: in 556 of "
        "936 elections (Pabulib) the other one has other winners."
    ),
    "advice.utility.number": N_(
        "Every project is worth the same, so cheap ones go first. More projects win (12.6 instead "
        "of 11.3), but more voters get nothing (15.3 % instead of 14.2 %; Pabulib, 936 elections). "
        "For a round of many small projects."
    ),
    "advice.completion.add1u": N_(
        "The shares grow step by step until one more step would cost more than there is; what is "
        "left is filled up by votes. Recommended: 91.5 % of the money is used, and the fewest "
        "voters get nothing (14.2 %). Source: Pabulib, 936 elections."
    ),
    "advice.completion.add1": N_(
        "The shares grow in the same way, but what is left stays unspent. 86.7 % of the money is "
        "used (Pabulib, 936 elections). For a district that wants no project taken that its own "
        "supporters cannot pay."
    ),
    "advice.completion.none": N_(
        "Only what supporters can pay from the first shares is taken. Half of the money stays "
        "unspent (50.5 % is used), and 25 % of the voters get nothing (Pabulib, 936 elections). "
        "Not recommended for a budget that has to be spent."
    ),
    "advice.ties.draw": N_(
        "The cheaper project goes first, then the one with more votes, then the draw from a "
        "number that nobody can know beforehand. Recommended: the result comes on its day, and "
        "nobody can be pressed. It is rare: of 1,289 real counts by most votes only 11 came out "
        "otherwise when recounted, for a tie or for projects that exclude each other (Pabulib)."
    ),
    "advice.ties.commission": N_(
        "Instead of the draw the count stops, names the equal projects in public and waits. The "
        "commission decides their order by its minutes, with reasons in both languages. Only where "
        "your rules demand that people decide: the result waits for them."
    ),
    "advice.most_choices": N_(
        "How many projects one may choose; with the knapsack ballot it does not count. "
        "Recommended: 5. With a limit of 3, 62 to 71 % of the voters used all of it; and where "
        "people chose about one project, 29.7 % got nothing by most votes, where they chose four "
        "to six, 10.5 % (Pabulib, 936 elections)."
    ),
    "advice.nudge_choices": N_(
        "The ballot advises it, and forces nobody. Recommended: 3. Without any advice half of the "
        "voters of Wieliczka chose one project only; from two and a half choices on fewer people "
        "are left with nothing, by either rule (Pabulib, 936 elections)."
    ),
    "advice.threshold": N_(
        "A project with fewer votes is not taken even where money is left; 0 sets none. "
        "Recommended: 1, so that nothing is built that nobody wanted. A high number hits small "
        "villages first."
    ),
    "advice.price_cap": N_(
        "A dearer project is not admitted; left empty, there is no cap. Recommended where one "
        "project could take everything. By most votes the biggest winner took 46.6 % of the money"
        " on average (Pabulib, 936 elections)."
    ),
    "advice.guarantee_percent": N_(
        "0 keeps nothing. So much of the money goes first to the projects of each settlement, by "
        "votes; the rest is shared by all. Recommended only where the centre has most of the "
        "voters and could take everything: then as much as one project of a village costs. Not "
        "together with Equal Shares."
    ),
    "advice.compare_rules": N_(
        "Residents see in figures what the other rule would have given them. It decides nothing "
        "and costs nothing. Recommended: so the district can judge by its own ballots whether to "
        "change the rule."
    ),
    "completion_does.add1u": N_(
        "Then the shares grow by a thousandth of the first share and everything is counted anew, "
        "again and again, until one more step would cost more than there is. What is left is "
        "filled up by votes, and these projects are marked."
    ),
    "completion_does.add1": N_(
        "Then the shares grow by a thousandth of the first share and everything is counted anew, "
        "again and again, until one more step would cost more than there is. What is left stays "
        "unspent."
    ),
    "completion_does.none": N_("What the supporters cannot pay from their shares stays unspent."),
    "utility_does.cost": N_("A project is worth to its supporters what it costs."),
    "utility_does.number": N_("Every project is worth the same, so cheap ones go first."),
    "count_note.no_use_for_one_choice": N_(
        "Equal Shares does nothing for ballots with one choice: in real elections it left even "
        "more voters with nothing (32.8 % instead of 29.7 %; Pabulib)."
    ),
    "count_note.much_may_stay_unspent": N_(
        "Without growing shares half of the money stays unspent (Pabulib, 936 elections)."
    ),
    "count_note.some_may_stay_unspent": N_(
        "Part of the money stays unspent: 13 % on average (Pabulib, 936 elections)."
    ),
    "count_note.knapsack_draws_to_cheap": N_(
        "With a knapsack ballot voters choose cheaper projects (Gelauff and Goel, more than 150 "
        "elections)."
    ),
    "entry.decisions.tied": N_("Equal projects wait for the commission"),
    "entry.decisions.tie_decided": N_("The commission decided between equal projects"),
}
