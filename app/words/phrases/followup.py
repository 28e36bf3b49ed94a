"""Words for works and oversight: what their rules say no to, and what is recorded of them."""

from app.words.catalogue import N_

REFUSALS = {
    "followup.no_works": N_("This project is not being built: the maslikhat has not approved it."),
    "followup.done_already": N_(
        "This stage is done already. Open the page anew to see what is next."
    ),
    "followup.not_this_stage": N_(
        "An earlier stage is not done yet. Stages are finished in order."
    ),
    "followup.future": N_("This day has not come yet."),
    "followup.before_last": N_("The stage before it was done later. Last done on: %(last)s."),
    "followup.above_plan": N_(
        "This is more than what is left of the approved sum: %(left_tenge)s."
    ),
    "followup.below_zero": N_("No more can be taken back than what was paid: %(paid_tenge)s."),
    "followup.no_amount": N_("The sum must be more than zero."),
    "followup.ready_already": N_("The works are accepted. Their dates stand."),
    "followup.not_later": N_(
        "A new date is later than the first promise and not in the past. Earliest: %(earliest)s."
    ),
    "followup.not_on_roll": N_(
        "Residents of this district who are 18 answer here. You do not stand on its roll."
    ),
    "followup.no_proposal": N_("There is no such proposal."),
    "followup.no_question": N_("There is no such question."),
    "followup.not_your_raion": N_("Only a deputy of this raion can put a question here."),
    "followup.too_soon": N_(
        "The office needs at least three working days. Earliest date: %(earliest)s."
    ),
    "followup.answered_already": N_("This question has its answer. The deputy judges it now."),
    "followup.not_yours": N_("Only the deputy who asked judges the answer."),
    "followup.no_answer_yet": N_("There is no answer to judge."),
    "followup.plea_taken_up": N_(
        "A deputy has made your words question No. %(number)s. "
        "You can change them once it is closed."
    ),
}
LABELS = {
    "work_stage.procurement": N_("Public procurement"),
    "work_stage.contract": N_("Contract"),
    "work_stage.works": N_("Works on the spot"),
    "work_stage.acceptance": N_("Acceptance"),
    "departed.assembly": N_("assembly"),
    "departed.akim": N_("akim"),
    "departed.raion": N_("raion"),
    "departed.maslikhat": N_("maslikhat"),
    "seen.built": N_("Built"),
    "seen.partly": N_("Partly built"),
    "seen.not_built": N_("Not built"),
    "question.open": N_("Awaiting an answer"),
    "question.answered": N_("Answered"),
    "question.accepted": N_("Accepted"),
    "question.not_accepted": N_("Not accepted"),
    "entry.followup.works_opened": N_("The works were opened"),
    "entry.followup.procurement_done": N_("Public procurement is done"),
    "entry.followup.contract_done": N_("The contract is signed"),
    "entry.followup.works_done": N_("The works on the spot are done"),
    "entry.followup.acceptance_done": N_("The works are accepted"),
    "entry.followup.promised_anew": N_("A new date was named"),
    "entry.followup.paid": N_("A payment"),
    "entry.followup.photos_added": N_("Photos of the works were published"),
    "entry.followup.asked": N_("A deputy put a question"),
    "entry.followup.answered": N_("The office answered the deputy"),
    "entry.followup.accepted": N_("The deputy accepted the answer"),
    "entry.followup.not_accepted": N_("The deputy did not accept the answer"),
    "fact.question": N_("Question No. %(value)s"),
    "fact.contractor": N_("Contractor: %(value)s"),
    "fact.planned": N_("Approved: %(value)s"),
    "fact.document": N_("Document: %(value)s"),
    "fact.photos": N_("Photos: %(value)s"),
}
