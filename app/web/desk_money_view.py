"""The desk's page of a round's money, worked out: what is owed, in the draft, and spare."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from app.core.clock import day_of
from app.core.refusal import Refusal
from app.decisions.into_budget import Put, put_of
from app.followup.round_money import round_money
from app.followup.spare import Saving, savings_of
from app.people.models import Role
from app.proposals.models import Proposal, Status
from app.rounds.calendar import Act, Calendar, why_not_now
from app.rounds.envelope_basis import Citable, citable, why_not_rest
from app.rounds.models import EnvelopeKind, Round, Stage
from app.web.basis_view import RestsView, line_options, rests_view
from app.web.frame import Link
from app.web.front_works import title_of
from app.web.round_money import MoneyView, money_view
from app.web.rounds import round_title
from app.web.visit import Visit
from app.words import formats
from app.words.catalogue import N_, translations


@dataclass(frozen=True, slots=True)
class InDraft:
    """A project that belongs into the draft budget."""

    title: str
    lang: str
    url: str
    amount: str
    there: bool


@dataclass(frozen=True, slots=True)
class SavingView:
    """Works that cost less than planned: the form below opens with it."""

    title: str
    lang: str
    amount: str
    url: str


@dataclass(frozen=True, slots=True)
class DeskMoney:
    """The page at the desk."""

    title: str
    action: str
    clerk: bool
    money: MoneyView
    rests: RestsView
    may_cite: bool
    lines: tuple[tuple[str, str], ...]
    statement_url: str  # the akim's own form; empty for the clerk
    in_draft: tuple[InDraft, ...]
    gone: tuple[str, ...]
    to_put: bool
    draft: Link | None  # the clerk's
    year: str
    confirm_url: str
    may_spare: bool
    savings: tuple[SavingView, ...]
    projects: tuple[tuple[str, str], ...]
    saved: str


@dataclass(frozen=True, slots=True)
class StatementView:
    """What stands around the akim's statement."""

    title: str
    action: str
    back: str
    asked: str
    rests: RestsView
    no: Refusal | None


def money_duties(
    visit: Visit, one: Round, of: Calendar, role: Role | None
) -> list[tuple[str, str, date | None]]:
    """What the office owes about a round's money: address, code of the duty, its day."""
    base = f"{visit.here}/desk/round/{one.key}"
    found: list[tuple[str, str, date | None]] = []
    rests = rests_view(visit, one, of)
    if rests.owed:
        url = f"{base}/statement" if role is Role.AKIM else f"{base}/money"
        found.append((url, "duty.basis", _voting_day(of)))
    if role is not Role.CLERK or one.counted_at is None or not _open_still(one):
        return found
    if _to_put(put_of(visit.session, of=one)):
        found.append((f"{base}/money", "duty.into_draft", None))
    if why_not_now(Act.CONFIRM_ENVELOPE, of, visit.now) is None and citable(
        visit.session, one, approved=True, most=1
    ):
        found.append((f"{base}/envelope", "duty.confirm", None))
    return found


def _voting_day(of: Calendar) -> date:
    return day_of(of.begins(Stage.VOTING))


def _open_still(one: Round) -> bool:
    return one.envelope_kind != EnvelopeKind.CONFIRMED and one.cancelled_at is None


def _to_put(found: Put) -> bool:
    return bool(found.missing or found.gone)


def desk_money(visit: Visit, one: Round, of: Calendar, saved: str) -> DeskMoney:
    """The page as it stands for this official."""
    say = translations(visit.lang).gettext
    clerk = visit.who is not None and visit.who.role is Role.CLERK
    base = f"{visit.here}/desk/round/{one.key}"
    rests = rests_view(visit, one, of)
    may_rest = why_not_rest(one, of) is None
    may_cite = clerk and may_rest and why_not_now(Act.EDIT_RULES, of, visit.now) is None
    counted = one.counted_at is not None and one.cancelled_at is None
    put = put_of(visit.session, of=one) if counted else None
    there = {each.proposal.id for each in put.missing} if put else set()
    may_confirm = clerk and one.envelope_kind != EnvelopeKind.CONFIRMED
    may_confirm = may_confirm and why_not_now(Act.CONFIRM_ENVELOPE, of, visit.now) is None
    return DeskMoney(
        title=round_title(visit, one),
        action=f"{base}/money",
        clerk=clerk,
        money=money_view(visit, one, round_money(visit.session, of=one), rests),
        rests=rests,
        may_cite=may_cite,
        lines=line_options(visit, _covering(visit, one)) if may_cite else (),
        statement_url=f"{base}/statement" if may_rest and not clerk else "",
        in_draft=tuple(
            InDraft(
                *title_of(visit, each.proposal),
                f"{visit.here}/proposals/{each.proposal.number}",
                formats.tenge(each.amount),
                each.proposal.id not in there,
            )
            for each in (put.wanted if put else ())
        ),
        gone=tuple(title_of(visit, each)[0] for each in (put.gone if put else ())),
        to_put=put is not None and _to_put(put) and _open_still(one),
        draft=Link(
            f"{visit.here}/desk/budget/{one.budget_year}/0", say(N_("The office's draft budget"))
        )
        if clerk
        else None,
        year=str(one.budget_year),
        confirm_url=f"{base}/envelope" if may_confirm else "",
        may_spare=clerk and counted,
        savings=tuple(
            _saving(visit, each, f"{base}/money")
            for each in (savings_of(visit.session, of=one) if clerk and counted else ())
        ),
        projects=_projects(visit, one) if clerk and counted else (),
        saved=saved,
    )


def _covering(visit: Visit, one: Round) -> list[Citable]:
    """The lines that name at least what the round asks about, the nearest sum first."""
    found = [each for each in citable(visit.session, one) if each.amount >= one.envelope]
    return sorted(found, key=lambda each: each.amount)


def _saving(visit: Visit, one: Saving, url: str) -> SavingView:
    title, lang = title_of(visit, one.proposal)
    number = one.proposal.number
    return SavingView(title, lang, formats.tenge(one.amount), f"{url}?save={number}#spare")


def _projects(visit: Visit, one: Round) -> tuple[tuple[str, str], ...]:
    rows = visit.session.exec(
        select(Proposal)
        .where(
            Proposal.district_id == one.district_id,
            Proposal.round_id == one.id,
            col(Proposal.status).in_((Status.RECOMMENDED, Status.NOT_RECOMMENDED)),
        )
        .order_by(col(Proposal.ballot_number))
    )
    return tuple((row.number or "", f"{row.number} · {title_of(visit, row)[0]}") for row in rows)


def statement_view(visit: Visit, one: Round, of: Calendar) -> StatementView:
    """The surroundings of the akim's form."""
    return StatementView(
        title=round_title(visit, one),
        action=f"{visit.here}/desk/round/{one.key}/statement",
        back=f"{visit.here}/desk/round/{one.key}/money",
        asked=formats.tenge(one.envelope),
        rests=rests_view(visit, one, of),
        no=why_not_rest(one, of),
    )
