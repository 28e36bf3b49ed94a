"""What people give of their own, communal property, and how both count."""

from app.words.catalogue import N_

REFUSALS = {
    "giving.what": N_("Say what you give: how many days of work, which machine."),
    "giving.name": N_("Write the name that everybody may read, or take the tick off."),
    "giving.consent": N_(
        "A name is kept only where its owner agreed. Tick the box, or take the name out."
    ),
    "giving.many_waiting": N_(
        "%(most)s of your pledges wait for the office already. Call it, then pledge on."
    ),
    "giving.project_closed": N_("This project takes no pledges any more."),
    "giving.no_such": N_("There is no such contribution."),
    "giving.confirmed": N_("This pledge is confirmed already."),
    "giving.nothing_coming": N_("Nothing is left of this pledge to confirm."),
    "giving.money_as_promised": N_("Money counts as it was promised. Its sum cannot be changed."),
    "giving.not_confirmed": N_("Confirm the pledge first."),
    "giving.amount": N_("The sum must be more than zero."),
    "giving.day": N_("This day cannot be: it lies ahead, or too far back."),
    "giving.words": N_("Write it in both languages, at least %(least)s letters."),
    "giving.below_zero": N_("No more can be taken off than was written down: %(so_far_tenge)s."),
    "giving.more_than_coming": N_(
        "This is more than what is still promised: %(coming_tenge)s. "
        "Write down the rest as a contribution of its own."
    ),
    "giving.more_than_received": N_(
        "No more can be spent or given back than was received. Left: %(unspent_tenge)s."
    ),
    "giving.already_used": N_(
        "What was spent or given back has been received. Can be taken off: %(unspent_tenge)s."
    ),
    "review.more_than_pledged": N_(
        "Confirmed pledges to this project come to %(promised_tenge)s. "
        "The price cannot be lowered by more."
    ),
    "review.all_given": N_(
        "Then the budget would pay nothing, and there would be nothing to vote on."
    ),
    "decisions.above_price": N_(
        "Neighbours help to pay for this project, so the budget pays no more than the price "
        "that was voted on: %(price_tenge)s. Only the maslikhat can refine it later."
    ),
    "property.no_such": N_("There is no such thing in the register."),
    "property.gone": N_("It was let go: it only stays in the register."),
    "property.not_gone": N_("It stands in the register as the community's own."),
    "property.nothing_changed": N_("Nothing was changed."),
    "property.purpose": N_("Say what it is for, in both languages."),
    "property.bin_missing": N_("An enterprise has a BIN. Write its twelve digits."),
    "property.bin_of_enterprise": N_("Only an enterprise has a BIN."),
    "property.bin_digits": N_("A BIN is twelve digits."),
    "property.bin_not_one": N_(
        "These digits are no BIN: its month, or its fifth or sixth digit, cannot be."
    ),
    "property.bin_check": N_("A digit is wrong: the last one does not fit the others."),
    "property.many_services": N_("At most %(most)s services."),
    "property.year": N_("A year from %(first)s to %(last)s."),
    "property.why_corrected": N_(
        "This year was told of before. Say in both languages why it is corrected."
    ),
}
LABELS = {
    "given_as.money": N_("Money"),
    "given_as.labour": N_("Labour"),
    "given_as.machines": N_("Machines"),
    "move.received": N_("Has come"),
    "move.spent": N_("Was spent"),
    "move.taken_back": N_("Taken back"),
    "move.returned": N_("Given back"),
    "giving.back.cannot": N_("I cannot give it now"),
    "giving.back.otherwise": N_("I helped in another way"),
    "giving.back.changed": N_("I decided otherwise"),
    "giving.state.waiting": N_("Waits for the office"),
    "giving.state.pledged": N_("Was pledged"),
    "giving.state.partly": N_("Part has come"),
    "giving.state.received": N_("Has come"),
    "giving.state.spent": N_("Was spent"),
    "giving.state.taken_back": N_("Taken back"),
    "giving.state.returned": N_("Given back"),
    "property_kind.building": N_("Buildings"),
    "property_kind.land": N_("Land"),
    "property_kind.machine": N_("Machines"),
    "property_kind.enterprise": N_("Communal enterprises"),
    "property_kind.other": N_("Other things"),
    "property_one.building": N_("Building"),
    "property_one.land": N_("Plot of land"),
    "property_one.machine": N_("Machine"),
    "property_one.enterprise": N_("Communal enterprise"),
    "property_one.other": N_("Another thing"),
    "prep.whole": N_("Costs in all"),
    "prep.cofinanced": N_("Neighbours give"),
    "desk.contributions": N_("Contributions"),
    "desk.property": N_("Property"),
    "entry.budget.pledged": N_("A contribution was pledged"),
    "entry.budget.pledge_confirmed": N_("A pledge was confirmed"),
    "entry.budget.contribution_received": N_("A contribution was received"),
    "entry.budget.contribution_spent": N_("A contribution was spent"),
    "entry.budget.contribution_taken_back": N_("A pledge was taken back"),
    "entry.budget.contribution_returned": N_("A contribution was given back"),
    "entry.budget.contribution_mended": N_("A mistake about a contribution was mended"),
    "entry.budget.giver_named": N_("A giver agreed to be named"),
    "entry.budget.giver_unnamed": N_("A giver is no longer named"),
    "entry.budget.property_added": N_("A thing was entered in the register of property"),
    "entry.budget.property_changed": N_("The register of property was changed"),
    "entry.budget.property_services": N_("Services and prices were published"),
    "entry.budget.property_income": N_("A year's income of communal property was published"),
    "entry.budget.property_gone": N_("Communal property was let go"),
    "entry.budget.property_back": N_("Communal property was taken in again"),
    "fact.project": N_("Project: No. %(value)s"),
    "fact.given_as": N_("Given as: %(value)s"),
    "fact.worth": N_("Pledged: %(value)s"),
    "fact.move": N_("What was mended: %(value)s"),
    "fact.cofinanced": N_("Neighbours give: %(value)s"),
    "fact.name": N_("Name: %(value)s"),
    "fact.rent": N_("Rent: %(value)s"),
    "fact.income": N_("Income: %(value)s"),
    "fact.upkeep": N_("Upkeep: %(value)s"),
    "fact.services": N_("Services: %(value)s"),
    "fact.bin": N_("BIN: %(value)s"),
}
