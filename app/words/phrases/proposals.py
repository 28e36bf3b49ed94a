"""Words for proposals, their photos and their way."""

from app.words.catalogue import N_

REFUSALS: dict[str, str] = {
    "proposals.not_on_roll": N_("Only residents on this district's roll propose here."),
    "proposals.too_many_drafts": N_(
        "You have %(most)s drafts already. Send one or throw one away first."
    ),
    "proposals.sent_already": N_("It was sent already, so this page no longer changes it."),
    "proposals.withdrawn_already": N_("It was taken back already."),
    "proposals.cannot_withdraw": N_("It can no longer be taken back."),
    "proposals.no_direction": N_("Please choose a direction of spending."),
    "proposals.other_script": N_("Please write in Kazakh or Russian letters."),
    "proposals.no_such_draft": N_("There is no such draft."),
    "photos.too_many": N_("At most %(most)s photos. Remove one, then add another."),
    "photos.too_big": N_("A file is too large: at most %(most)s MB each."),
    "photos.unknown": N_("This is no photo we can read: choose a JPEG, PNG or WebP picture."),
    "photos.unknown_scan": N_("Choose a PDF, or a JPEG, PNG or WebP picture."),
    "photos.too_many_pixels": N_("This picture is too large: at most %(most)s megapixels."),
    "photos.broken": N_("This picture is damaged. Choose another one, or take it again."),
}
LABELS = {
    "status.draft": N_("Draft"),
    "status.submitted": N_("Under review"),
    "status.returned": N_("Returned for correction"),
    "status.forwarded": N_("Forwarded by competence"),
    "status.refused": N_("Not admitted to the vote"),
    "status.admitted": N_("Admitted to the vote"),
    "status.on_ballot": N_("On the ballot"),
    "status.recommended": N_("Recommended by the vote"),
    "status.not_recommended": N_("Not recommended by the vote"),
    "status.withdrawn": N_("Taken back by its author"),
    # what holds now
    "way.review": N_("Under review"),
    "way.overdue": N_("The answer is overdue"),
    "way.returned": N_("Returned for correction"),
    "way.forwarded": N_("Forwarded by competence"),
    "way.refused": N_("Not admitted to the vote"),
    "way.withdrawn": N_("Taken back by its author"),
    "way.admitted": N_("Admitted to the vote"),
    "way.voting": N_("The village votes"),
    "way.counting": N_("The votes are being counted"),
    "way.recommended": N_("Recommended by the vote"),
    "way.not_recommended": N_("Not recommended by the vote"),
    "way.assembly_agreed": N_("Agreed by the assembly of the local community"),
    "way.assembly_part": N_("Agreed in part by the assembly of the local community"),
    "way.assembly_declined": N_("Not agreed by the assembly of the local community"),
    "way.akim_agreed": N_("The akim agreed"),
    "way.akim_part": N_("The akim agreed in part"),
    "way.akim_declined": N_("The akim declined"),
    "way.raion_agreed": N_("Kept in the draft budget at the raion"),
    "way.raion_part": N_("Reduced in the draft budget at the raion"),
    "way.raion_declined": N_("Removed from the draft budget at the raion"),
    "way.maslikhat_agreed": N_("Approved by the raion maslikhat"),
    "way.maslikhat_part": N_("Approved in part by the raion maslikhat"),
    "way.maslikhat_declined": N_("Not approved by the raion maslikhat"),
    "way.works": N_("Works are under way"),
    "way.late": N_("Works are late"),
    "way.ready": N_("Built and accepted"),
    # what comes next, and by when
    "next.stage": N_("Next stage: %(stage)s, %(date)s."),
    "next.review": N_("The akim's office answers with reasons. Last day: %(date)s."),
    "next.overdue": N_("The answer was due on this day: %(date)s. You can ask a deputy about it."),
    "next.returned": N_(
        "The office's clock stands still until the author sends it again. "
        "The vote begins: %(date)s."
    ),
    "next.forwarded": N_("The body it went to will answer. To whom it went is said below."),
    "next.refused": N_("The reasons are below, and where to complain until when."),
    "next.withdrawn": N_("The office has stopped its work on it."),
    "next.admitted": N_("The vote begins: %(date)s."),
    "next.voting": N_("The vote ends: %(date)s."),
    "next.counting": N_("The results are published: %(date)s."),
    "next.recommended": N_(
        "The result is the residents' recommendation. The raion maslikhat decides finally when "
        "it approves the budget."
    ),
    "next.not_recommended": N_("The akim still answers on it, with reasons."),
    "next.assembly_agreed": N_("The akim decides next; then the raion and the maslikhat."),
    "next.assembly_part": N_("The akim decides next; then the raion and the maslikhat."),
    "next.assembly_declined": N_("The reasons are below. The akim still answers on it."),
    "next.akim_agreed": N_(
        "It goes into the draft budget. The maslikhat decides when it approves the budget."
    ),
    "next.akim_part": N_(
        "It goes into the draft budget. The maslikhat decides when it approves the budget."
    ),
    "next.akim_declined": N_("The reasons are below."),
    "next.raion_agreed": N_("The maslikhat decides when it approves the budget."),
    "next.raion_part": N_("The maslikhat decides when it approves the budget."),
    "next.raion_declined": N_("The reasons are below."),
    "next.maslikhat_agreed": N_("The works come next."),
    "next.maslikhat_part": N_("The works come next."),
    "next.maslikhat_declined": N_("The reasons are below."),
    "next.works": N_("Promised day: %(date)s. Then residents and the commission accept the works."),
    "next.late": N_("The promised day has passed: %(date)s. You can ask a deputy about it."),
    "next.ready": N_("Accepted: %(date)s."),
    # entries of the record
    "entry.other": N_("Entry in the record"),
    "entry.proposals.submitted": N_("Proposal handed in"),
    "entry.proposals.filed": N_("Proposal written down at the akim's office for a resident"),
    "entry.proposals.corrected": N_("Corrected and sent again"),
    "entry.proposals.withdrawn": N_("Taken back by its author"),
    # their facts
    "fact.number": N_("No. %(value)s"),
    "fact.due": N_("Answer due: %(value)s"),
    "fact.author": N_("Author: %(value)s"),
    "fact.was_title": N_("Earlier title: %(value)s"),
    "fact.was_body": N_("Earlier text: %(value)s"),
    "fact.reason": N_("Reason: %(value)s"),
    "fact.words": N_("In words: %(value)s"),
    "fact.body": N_("In words: %(value)s"),
    "fact.votes": N_("Votes: %(value)s"),
    "fact.ballot_number": N_("Number on the ballot: %(value)s"),
    "fact.amount": N_("Amount: %(value)s"),
    "fact.price": N_("Price: %(value)s"),
    "fact.date": N_("Date: %(value)s"),
    "fact.starts_on": N_("Begins: %(value)s"),
    "fact.ends_on": N_("To be ready: %(value)s"),
    "fact.departs": N_("The decision differs from the vote"),
    "fact.corrects_why": N_("Why it was corrected: %(value)s"),
}
