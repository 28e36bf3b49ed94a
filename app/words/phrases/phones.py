"""What phones and their codes say, on pages and in messages."""

from app.words.catalogue import N_

REFUSALS: dict[str, str | tuple[str, str]] = {
    "people.phone_shape": N_("A number has ten digits after 8 or +7, for example 8 701 234 56 78."),
    "people.phone_not_mobile": N_(
        "This is not a mobile number of Kazakhstan. Messages go only to +7 7 numbers."
    ),
    "people.phone_again": N_("The two numbers differ. Please look at them again."),
    "people.phone_full": (
        N_("%(most)s person uses this number already: no more can."),
        N_("%(most)s people use this number already: no more can."),
    ),
    "people.phone_raced": N_(
        "Somebody set this phone at the same moment. Nothing was changed; please try again."
    ),
    "people.no_phone": N_("No number is set for this person."),
    "people.no_messages": N_("This installation sends no messages, so nobody signs in by phone."),
    "people.codes_spent": N_(
        "No codes can be sent today. With the card you can sign in as always."
    ),
    "people.code_soon": N_("A code was sent less than a minute ago. Please wait for it."),
    "people.codes_wait": N_(
        "So many codes were sent to this number that the next can go at %(until)s. The card works."
    ),
    "people.code_digits": N_("The code from the message has six digits."),
    "people.code_not_right": N_("This is not the code that was sent. Please look at it again."),
    "people.code_dead": N_("This code no longer works. Please ask for a new one."),
    "people.choose_yourself": N_("Please choose who you are."),
    "people.group_missing": N_("Please type the first five letters and digits of your card."),
    "people.group_wrong": N_("These are not the first letters and digits of the card's code."),
    "people.card_needed": N_(
        "This needs a newer card, with two groups of five. The akim's office hands it out."
    ),
    "people.card_first": N_("To set a number, sign in with your card first."),
}
LABELS = {
    "notice.code": N_("Asar code: %(code)s. Tell it to nobody."),
    "notice.phone_left": N_("Asar: this number no longer signs you in. Not you? Ask the akim."),
    "notice.phone_set": N_("Asar: this number now signs you in. Not you? Ask the akim."),
    "document.identity-card": N_("identity card"),
    "document.passport": N_("passport"),
    "document.residence-permit": N_("residence permit"),
    "document.other": N_("another document with a photo"),
    "entry.people.phone_set": N_("A phone was set for one person, against a document"),
    "entry.people.phone_taken_off": N_("A phone was taken off for one person"),
}
