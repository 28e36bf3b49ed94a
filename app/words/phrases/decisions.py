"""Words for the count, the assembly, decisions and approval."""

from app.words.catalogue import N_

REFUSALS = {
    "decisions.no_round": N_("There is no such round here."),
    "decisions.no_project": N_("One of these projects is not of this round."),
    "decisions.too_early": N_("This round is not counted before its results are due."),
    "decisions.not_sealed": N_("The ballots of this round are not sealed yet."),
    "decisions.paper_open": N_("The paper ballots of this round are not closed yet."),
    "decisions.not_counted": N_("This round has not been counted yet."),
    "decisions.in_future": N_("This day has not come yet."),
    "decisions.before_count": N_("The votes were counted only on this day: %(counted)s."),
    "decisions.notice_short": N_(
        "The notice must go out at least %(least)s calendar days before the meeting."
    ),
    "decisions.too_many_present": N_("More are present than there are members."),
    "decisions.no_quorum": N_(
        "There is no quorum, so nothing was decided. Members needed: %(least)s."
    ),
    "decisions.names_differ": N_(
        "The list has %(listed)s names, and %(present)s are said to be present."
    ),
    "decisions.number_taken": N_("A meeting with this number is recorded already."),
    "decisions.verdict_missing": N_("Please record the decision on this project."),
    "decisions.nothing_said": N_("No decision on any project is recorded here."),
    "decisions.stale": N_(
        "Somebody else has published meanwhile. Please look at the newest version first."
    ),
    "decisions.not_in_draft": N_(
        "This project is not in the draft budget: both the assembly and the akim must agree."
    ),
    "decisions.amount_of_no": N_("A declined project has no amount. Please leave this empty."),
    "decisions.less_is_part": N_(
        "This is less than the price, %(price_tenge)s. Please choose: agreed in part."
    ),
    "decisions.part_is_less": N_("In part means less than the price, which is %(price_tenge)s."),
    "decisions.ends_before": N_("The end cannot come before the beginning."),
    "decisions.departure_reason": N_(
        "This decision differs from the vote. Its reason is needed in both languages."
    ),
    "decisions.reason": N_("The reason is needed in both languages."),
    "decisions.words": N_("The decision is needed in Kazakh and in Russian."),
    "decisions.correction_reason": N_(
        "Please say why the published decision is corrected, in both languages."
    ),
    "decisions.confirm_departure": N_(
        "This decision differs from the vote. Please confirm that it is meant so."
    ),
    "decisions.file_too_large": N_("This file is too large to be imported."),
    "decisions.file_dates": N_("The file does not say on which days the vote was."),
    "decisions.file_not_past": N_("Only a past vote can be imported; this one ends: %(ends)s."),
    "decisions.file_budget": N_("The file has no money to decide about."),
}
LABELS = {
    "office.assembly": N_("assembly of the local community"),
    "office.raion": N_("budget body of the raion"),
    "office.maslikhat": N_("raion maslikhat"),
    "act.decision": N_("decision of the akim"),
    "act.order": N_("order of the akim"),
    "act.minutes": N_("minutes"),
    "act.raion": N_("document of the raion"),
    "act.maslikhat": N_("decision of the maslikhat"),
    "reason_code.not_recommended": N_("Not enough support in the vote"),
    "fact.why": N_("Why: %(value)s"),
    "body.assembly": N_("assembly of the local community"),
    "body.akim": N_("akim"),
    "body.raion": N_("budget body of the raion"),
    "body.maslikhat": N_("raion maslikhat"),
    "said.assembly_agreed": N_("agreed by the assembly"),
    "said.assembly_part": N_("agreed in part by the assembly"),
    "said.assembly_declined": N_("not agreed by the assembly"),
    "said.akim_agreed": N_("agreed"),
    "said.akim_part": N_("agreed in part"),
    "said.akim_declined": N_("declined"),
    "said.raion_agreed": N_("kept in the draft budget"),
    "said.raion_part": N_("reduced in the draft budget"),
    "said.raion_declined": N_("removed from the draft budget"),
    "said.maslikhat_agreed": N_("approved"),
    "said.maslikhat_part": N_("approved in part"),
    "said.maslikhat_declined": N_("not approved"),
    "why.funded": N_("Recommended by the vote"),
    "why.too_dear": N_("Not enough money left"),
    "why.below_threshold": N_("Not enough support"),
    "why.withdrawn": N_("Withdrawn before the vote ended"),
    "why.no_cost": N_("Has no price"),
    "why.after_stop": N_("The count had stopped"),
    "budget_state.open": N_("not in the draft budget yet"),
    "budget_state.out": N_("not in the draft budget"),
    "budget_state.draft": N_("in the draft budget"),
    "budget_state.kept": N_("kept by the raion"),
    "budget_state.reduced": N_("reduced by the raion"),
    "budget_state.removed": N_("removed by the raion"),
    "budget_state.approved": N_("approved by the maslikhat"),
    "budget_state.not_approved": N_("not approved by the maslikhat"),
    "entry.decisions.counted": N_("The ballots were counted"),
    "entry.decisions.imported": N_("A past vote was imported"),
    "entry.decisions.recommended": N_("Recommended by the vote"),
    "entry.decisions.not_recommended": N_("Not recommended by the vote"),
    "entry.decisions.assembly_held": N_("The assembly of the local community met"),
    "entry.decisions.approved": N_("The raion maslikhat decided on the budget"),
    "entry.decisions.assembly_agreed": N_("The assembly agreed"),
    "entry.decisions.assembly_declined": N_("The assembly did not agree"),
    "entry.decisions.akim_agreed": N_("The akim agreed"),
    "entry.decisions.akim_part": N_("The akim agreed in part"),
    "entry.decisions.akim_declined": N_("The akim declined"),
    "entry.decisions.raion_agreed": N_("The raion kept it in the draft budget"),
    "entry.decisions.raion_part": N_("The raion reduced it in the draft budget"),
    "entry.decisions.raion_declined": N_("The raion removed it from the draft budget"),
    "entry.decisions.maslikhat_agreed": N_("The raion maslikhat approved it"),
    "entry.decisions.maslikhat_part": N_("The raion maslikhat approved it in part"),
    "entry.decisions.maslikhat_declined": N_("The raion maslikhat did not approve it"),
}
