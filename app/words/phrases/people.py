"""What the roll, the cards and the sign-in say."""

from app.words.catalogue import N_

REFUSALS: dict[str, str | tuple[str, str]] = {
    # signing in
    "people.wait": N_("Too many wrong tries. Please try again at %(until)s."),
    "people.card_wrong": N_("This number and this code do not belong together. Nothing is lost."),
    "people.card_replaced": N_(
        "This card no longer works. The akim's office can give you a new one."
    ),
    "people.number_shape": N_("The card number has eight digits."),
    "people.number_slip": N_("There is a slip in the card number. Please look at it again."),
    "people.code_shape": N_("The code has ten letters and digits in two groups of five."),
    "people.code_slip": N_("There is a slip in the code. Please look at it again."),
    "people.password_wrong": N_("This login and this password do not belong together."),
    "people.password_short": N_("A password has at least %(least)s characters."),
    "people.password_easy": N_("This password is too easy to guess."),
    "people.password_again": N_("The two new passwords differ."),
    "people.office_not_held": N_("You do not hold this office today."),
    "people.login_taken": N_("Somebody has this login already."),
    "people.no_official": N_("There is no official with this login."),
    "people.office_place": N_(
        "A specialist and an akim serve a district, the maslikhat serves a raion, others neither."
    ),
    "people.office_term": N_("A term cannot end before it begins."),
    # the roll
    "people.no_file": N_("Please choose a file."),
    "people.roll_empty": N_("There are no people in this file."),
    "people.roll_rows": (
        N_("%(n)s row needs correcting. Nothing was brought in."),
        N_("%(n)s rows need correcting. Nothing was brought in."),
    ),
    "people.roll_raced": N_(
        "Another list was brought in at the same moment. Nothing was written; please try again."
    ),
    "people.day_ahead": N_("This day has not come yet."),
    "people.name_missing": N_("The name is missing."),
    "people.name_letters": N_(
        "Letters of the name were lost when the file was saved. Please save it as CSV, UTF-8."
    ),
    "people.name_wrong": N_("This is not a name: letters, spaces and hyphens only."),
    "people.iin_digits": N_(
        "An IIN has twelve digits. A spreadsheet may have dropped a nought at its beginning."
    ),
    "people.iin_check": N_("The last digit of the IIN does not fit the others: a slip."),
    "people.iin_day": N_("The IIN does not tell the day of birth. Please give it separately."),
    "people.iin_twice": N_("The same IIN stands in row %(row)s."),
    "people.born_ahead": N_("The day of birth lies ahead."),
    "people.settlement_unknown": N_("There is no such settlement in this district."),
    "people.settlement_two": N_(
        "Two settlements of the district have this name. Please give the KATO code."
    ),
    "people.this_roll": N_("This person stands on the roll already."),
    "people.not_on_this_roll": N_("There is no such person on this roll."),
    # cards
    "people.nobody_chosen": N_("Please choose at least one person."),
    "people.too_many_cards": N_("At most %(most)s cards at once."),
    "people.card_there": (
        N_("%(n)s person among the chosen has a card by now. Nothing was issued."),
        N_("%(n)s people among the chosen have a card by now. Nothing was issued."),
    ),
    "people.card_raced": N_(
        "Somebody else issued a card at the same moment. Nothing was issued; please try again."
    ),
}
LABELS = {
    "session.office": N_("office sign-in"),
    "session.shared": N_("phone that goes from hand to hand"),
    "session.own": N_("phone of your own"),
    "off_roll.moved": N_("moved away"),
    "off_roll.died": N_("died"),
    "off_roll.mistake": N_("stood on the roll by mistake"),
    "off_roll.list": N_("the newer list no longer names them"),
    "off_roll.raion": N_("the raion cleared up that they belong to another district"),
    "off_roll.other": N_("another reason"),
    "entry.people.roll_imported": N_("A list was brought into the roll"),
    "entry.people.added": N_("One person was added to the roll"),
    "entry.people.taken_off": N_("One person was taken off the roll"),
    "entry.people.cards_issued": N_("Sign-in cards were issued"),
}
