"""Words for rounds: what their rules say no to, and what is recorded of them."""

from app.words.catalogue import N_

REFUSALS = {
    "rounds.key": N_(
        "A round is named by the year of its vote: %(year)s, or %(year)s-2 for a second one."
    ),
    "rounds.key_taken": N_("There is a round named %(key)s already."),
    "rounds.budget_year": N_("The vote of %(year)s is about the money of the next year or two."),
    "rounds.envelope": N_("The sum must be more than zero."),
    "rounds.choices": N_("A voter chooses at least one project and at most %(most)s."),
    "rounds.nudge": N_("Choose between 1 and %(most)s."),
    "rounds.price_cap": N_("One project cannot cost more than the whole sum, %(tenge)s."),
    "rounds.threshold": N_("The number of votes cannot be less than zero."),
    "rounds.of_age": N_("This day cannot be later than the last day of voting, %(day)s."),
    "rounds.roll_closes": N_(
        "This day lies between the announcement and the day before voting opens, %(day)s."
    ),
    "rounds.roll_shown": N_(
        "People can ask about the list for at least fifteen days before it closes: "
        "%(day)s or earlier."
    ),
    "rounds.roll_shown_early": N_("This day cannot be earlier than the announcement, %(day)s."),
    "rounds.roll_closed": N_("The list is closed from %(at)s on. A closed list stays closed."),
    "rounds.draw_day": N_(
        "This day comes after voting has opened and before the results: "
        "between %(first)s and %(last)s."
    ),
    "rounds.too_soon": N_("Ideas are taken in only after the round has been announced."),
    "rounds.stage_begun": N_(
        "A stage that has begun cannot be moved, and no stage can be moved into the past."
    ),
    "rounds.hour": N_("Please write an hour, for example 20:00."),
    "rounds.frozen": N_(
        "The rules are frozen since voting opened, %(at)s. Nobody can change them: "
        "people vote by the rules they have read."
    ),
    "rounds.draw_known": N_("The rate has been recorded already. It is recorded once."),
    "rounds.draw_early": N_("The rate of %(day)s is not set yet."),
    "rounds.draw_format": N_(
        "Please write the rate as the National Bank does, for example 523.41."
    ),
    "rounds.confirmed": N_("The sum has been confirmed already."),
}
LABELS = {
    "entry.rounds.announced": N_("The round was announced"),
    "entry.rounds.edited": N_("The rules were changed"),
    "entry.rounds.frozen": N_("The rules were frozen"),
    "entry.rounds.draw_set": N_("The rate for the draw was recorded"),
    "entry.rounds.envelope_confirmed": N_("The sum was confirmed in the approved budget"),
    "envelope.indicative": N_("indicative"),
    "envelope.confirmed": N_("confirmed"),
    "who_proposes.roll": N_("residents on the district's roll"),
    "method.approval": N_("approval: every chosen project gets one vote"),
    "counting_rule.most-votes": N_("most votes"),
    "rule.budget_year": N_("Year of the budget"),
    "rule.envelope": N_("Sum asked about"),
    "rule.envelope_kind": N_("How sure the sum is"),
    "rule.envelope_basis_kk": N_("Basis of the sum, in Kazakh"),
    "rule.envelope_basis_ru": N_("Basis of the sum, in Russian"),
    "rule.most_choices": N_("Most projects one may choose"),
    "rule.nudge_choices": N_("Advised number of projects"),
    "rule.price_cap": N_("Highest price of one project"),
    "rule.threshold": N_("Fewest votes a project needs"),
    "rule.show_turnout": N_("Turnout shown while the vote runs"),
    "rule.of_age_on": N_("Whoever is 18 by this day may vote"),
    "rule.roll_shown_on": N_("Anyone may ask whether they are on the list from"),
    "rule.roll_closes_on": N_("The roll closes"),
    "rule.draw_day": N_("Day of the draw's rate"),
    "stage_does.announced": N_(
        "The rules and the calendar are published. Read them, ask about them."
    ),
    "stage_does.proposals": N_(
        "Residents propose. The office gives each proposal a number at once."
    ),
    "stage_does.review": N_(
        "The office checks competence and price. The akim answers each proposal, with reasons."
    ),
    "stage_does.voting": N_(
        "Residents vote, on a phone or on paper, and can change their vote until the end."
    ),
    "stage_does.counting": N_("Paper ballots are reconciled. The votes are counted once."),
    "stage_does.results": N_("The results are published with every step of the count."),
    "stage_does.assembly": N_(
        "The assembly of the local community agrees to the projects or does not, by its minutes."
    ),
    "stage_does.decision": N_(
        "The akim publishes a decision on every project. Going against the vote needs reasons."
    ),
    "stage_does.budget": N_(
        "The draft budget goes to the raion by 1 September. The maslikhat approves it."
    ),
    "stage_does.works": N_("The projects are built and paid for. Everybody can follow them."),
    "stage_does.evaluated": N_("The works are judged: built, partly built, not built."),
    "stage_who.announced": N_("akim's office"),
    "stage_who.proposals": N_("residents"),
    "stage_who.review": N_("akim's office and akim"),
    "stage_who.voting": N_("residents"),
    "stage_who.counting": N_("akim's office; the count runs by itself"),
    "stage_who.results": N_("published by the clock"),
    "stage_who.assembly": N_("assembly of the local community"),
    "stage_who.decision": N_("akim"),
    "stage_who.budget": N_("akim's office, raion, maslikhat"),
    "stage_who.works": N_("akim's office, contractors"),
    "stage_who.evaluated": N_("residents, maslikhat"),
    "recommendation.raion": N_(
        "The result is the residents' recommendation. "
        "The raion maslikhat decides finally when it approves the budget."
    ),
    "recommendation.city": N_(
        "The result is the residents' recommendation. "
        "The city maslikhat decides finally when it approves the budget."
    ),
}
