"""What officials read about signing in, second factors, invitations and terms."""

from app.words.catalogue import N_

REFUSALS: dict[str, str | tuple[str, str]] = {
    "people.half_over": N_("Too much time has passed. Please begin again with the password."),
    "people.factor_wrong": N_("This code is not right, or it was used. Please look at it again."),
    "people.code_used": N_(
        "This code was used a moment ago. Wait for the next one, half a minute."
    ),
    "people.code_typed_wrong": N_(
        "This is not the code. Please look again, and at the phone's clock."
    ),
    "people.set_up_over": N_("This was set up already, or begun too long ago. Please begin again."),
    "people.key_wrong": N_("The key did not prove itself. Please try again, or take another way."),
    "people.key_late": N_("The key answered too late. Please try again."),
    "people.key_known": N_("This key is in use already."),
    "people.last_factor": N_("The last one cannot be removed. Add another one first."),
    "people.many_factors": N_("There are at most %(most)s. Remove one first."),
    "people.name_whole": N_("Please write the whole name, as in the order."),
    "people.office_operators": N_("Only the operator ends the term of an akim."),
    "people.office_longer": N_("The term ends on that day or earlier anyway."),
    "people.invitation_used": N_("This invitation was used or taken back already."),
    "people.invitation_taken_back": N_("This invitation was taken back."),
    "people.invitation_over": N_("This invitation worked until %(at)s."),
    "people.invitation_account": N_("This invitation is for an account that is there already."),
    "people.invitation_name": N_("This invitation is for somebody else: %(name)s."),
}
LABELS = {
    "desk.officials": N_("Officials"),
    "factor.totp": N_("app on the phone"),
    "factor.codes": N_("printed list"),
    "factor.key": N_("passkey or USB key"),
    "means.card": N_("by card"),
    "means.phone": N_("by phone"),
    "means.state": N_("through the state's service"),
    "means.password": N_("password and second factor"),
    "entry.people.invited": N_("Somebody was invited to an office"),
    "entry.people.invitation_taken_back": N_("An invitation to an office was taken back"),
    "entry.people.office_taken_up": N_("An official took up their office"),
    "entry.people.office_given": N_("The operator gave an office"),
    "entry.people.office_ended": N_("A term was ended early"),
    "entry.people.factors_reset": N_("The operator let an official set up a second factor anew"),
}
