"""Taking a proposal back: asks once more, then does it."""

from dataclasses import dataclass

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel

from app.core.database import transaction
from app.core.refusal import Refusal
from app.proposals.actions import withdraw
from app.proposals.models import Proposal, Status
from app.proposals.queries import may_write
from app.rounds.queries import lock_round
from app.web.doors import SignedIn
from app.web.forms import Form, fill
from app.web.frame import Link
from app.web.proposal_page import clerk_of, proposal_here
from app.web.render import page, see_other
from app.web.visit import Visit
from app.words.catalogue import N_, translations

router = APIRouter()


class Withdrawal(BaseModel):
    """Why a proposal is taken back; it need not be said."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawView:
    """The page that asks once more."""

    action: str
    back: Link
    title: str
    lang: str


def _withdraw_view(visit: Visit, proposal: Proposal) -> WithdrawView:
    here = f"{visit.here}/proposals/{proposal.number}"
    back = Link(here, translations(visit.lang).gettext(N_("The proposal's page")))
    return WithdrawView(f"{here}/withdraw", back, proposal.title, proposal.lang)


@router.get("/{lang}/{slug}/proposals/{number}/withdraw")
def ask_withdraw(visit: SignedIn, number: str) -> Response:
    """Asks once more."""
    proposal = proposal_here(visit, number)
    if not may_write(proposal, visit.who):
        raise HTTPException(404)
    return page(visit, "proposals/withdraw.html", withdraw=_withdraw_view(visit, proposal))


@router.post("/{lang}/{slug}/proposals/{number}/withdraw")
def do_withdraw(visit: SignedIn, number: str, posted: Form) -> Response:
    """Takes it back; once more changes nothing."""
    proposal = proposal_here(visit, number)
    if not may_write(proposal, visit.who):
        raise HTTPException(404)
    round_id, here = proposal.round_id, f"{visit.here}/proposals/{number}"
    form = fill(Withdrawal, posted)
    try:
        with transaction(visit.session):
            lock_round(visit.session, round_id=round_id)
            proposal = proposal_here(visit, number, lock=True)
            if proposal.status != Status.WITHDRAWN:
                withdraw(
                    visit.session,
                    proposal=proposal,
                    now=visit.clock.now(),
                    reason=form.value.reason if form.value else "",
                    clerk=clerk_of(visit, proposal),
                )
        return see_other(visit, here)
    except Refusal as why:
        form = form.refused(why)
    view = _withdraw_view(visit, proposal)
    return page(visit, "proposals/withdraw.html", status=422, form=form, withdraw=view)
