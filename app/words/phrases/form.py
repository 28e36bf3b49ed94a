"""What a form says no to, whatever it is about."""

from app.words.catalogue import N_

REFUSALS = {
    "form.missing": N_("Please fill this in."),
    "form.too_short": N_("Please write a little more: at least %(least)s characters."),
    "form.too_long": N_("This is too long: at most %(most)s characters."),
    "form.number": N_("Please write a number."),
    "form.too_small": N_("The smallest possible number is %(least)s."),
    "form.too_large": N_("The largest possible number is %(most)s."),
    "form.money": N_("Please write a sum in whole tenge, for example 1 200 000."),
    "form.day": N_("Please write a date, for example 31.05.2026."),
    "form.choice": N_("Please choose one of the answers offered."),
    "form.wrong": N_("This does not fit here. Please look at it again."),
    "form.foreign": N_("This form came from another page. Please open the page and try again."),
    "form.too_big": N_("What you sent is too large. Please choose smaller photos."),
    "page.busy": N_("Too many people are saving at once. Please press the button again."),
}
LABELS: dict[str, str] = {}
