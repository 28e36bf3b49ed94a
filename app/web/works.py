"""The works of a district for everybody, and the resident's word on what stands there."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel

from app.core.clock import day_of
from app.core.database import transaction
from app.core.refusal import Refusal
from app.followup.actions import say_seen
from app.followup.models import Seen, WorkStage
from app.followup.queries import WorksRow, works_of
from app.followup.rules import delay_of
from app.places.queries import settlements
from app.web.doors import Anyone, Resident, may_ask
from app.web.forms import Form, fill
from app.web.frame import Link
from app.web.front_works import WorksCard, works_card
from app.web.proposal_page import proposal_here
from app.web.proposals import names_of
from app.web.raion import raion_link
from app.web.render import page, see_other
from app.web.sheet import Pager, paged, sheet
from app.web.visit import Visit
from app.web.works_panel import Bar, SeenView, money_bars, seen_view
from app.words.catalogue import N_, translations

router = APIRouter()
State = Literal["late", "under_way", "done"]
STATES: dict[State, str] = {
    "late": N_("Late"),
    "under_way": N_("Under way"),
    "done": N_("Built"),
}
COLUMNS = (
    *("number", "title_kk", "title_ru", "settlement", "state", "days_late"),
    *("promised_on", "expected_on", "ready_on", "planned", "contract", "paid"),
    *("contractor", "contract_number"),
    *(f"{stage}_{day}" for stage in WorkStage for day in ("promised_on", "done_on")),
    *(f"seen_{seen}" for seen in Seen),
    "url",
)


@dataclass(frozen=True, slots=True)
class Line:
    """Works in the list."""

    card: WorksCard
    bars: tuple[Bar, ...]
    ask_url: str  # beside what is late


@dataclass(frozen=True, slots=True)
class WorksList:
    """The list of works."""

    lines: tuple[Line, ...]
    tabs: tuple[Link, ...]
    csv: tuple[Link, ...]
    raion: Link
    pager: Pager


@dataclass(frozen=True, slots=True)
class SeenPage:
    """One's word on one project, as a page of its own."""

    title: str
    lang: str
    back: Link
    seen: SeenView


class SeenForm(BaseModel):
    """What a resident sees there."""

    seen: Seen


def state_of(row: WorksRow, today: date) -> State:
    """Late, under way or done. What was finished late is done."""
    if row.works.ready_on is not None:
        return "done"
    return "late" if delay_of(row.works, today) else "under_way"


@router.get("/{lang}/{slug}/works")
def show(visit: Anyone, state: str = "") -> Response:
    """All works of the district, what is late first."""
    today = day_of(visit.now)
    names = names_of(visit, list(settlements(visit.session, district_id=visit.district.id)))
    rows = works_of(visit.session, district_ids=[visit.district.id])
    states = [state_of(row, today) for row in rows]
    order = list(STATES)
    chosen = state if state in STATES else ""
    shown = sorted(
        (pair for pair in zip(rows, states, strict=True) if not chosen or pair[1] == chosen),
        key=lambda pair: (order.index(pair[1]), pair[0].works.promised_on),
    )
    say = translations(visit.lang).gettext
    here = f"{visit.here}/works"
    shown, pager = paged(visit, shown, here, {"state": chosen})
    tabs = [Link(here, f"{say(N_('All'))}: {len(rows)}", not chosen)]
    for one, words in STATES.items():
        label = f"{say(words)}: {states.count(one)}"
        tabs.append(Link(f"{here}?state={one}", label, one == chosen))
    view = WorksList(
        lines=tuple(
            Line(
                card=works_card(visit, row, names),
                bars=money_bars(visit, row),
                ask_url=f"{visit.here}/proposals/{row.proposal.number}/ask"
                if one == "late" and may_ask(visit)
                else "",
            )
            for row, one in shown
        ),
        tabs=tuple(tabs),
        csv=(Link(f"{here}.csv", say(N_("Download the table (CSV)"))),),
        raion=raion_link(visit),
        pager=pager,
    )
    return page(visit, "followup/works.html", view=view)


@router.get("/{lang}/{slug}/works.csv")
def download(visit: Anyone) -> Response:
    """All works of the district as a table."""
    today = day_of(visit.now)
    names = names_of(visit, list(settlements(visit.session, district_id=visit.district.id)))
    rows = works_of(visit.session, district_ids=[visit.district.id])
    return sheet(
        f"{visit.district.slug}-works.csv", COLUMNS, [_cells(visit, r, today, names) for r in rows]
    )


def _cells(visit: Visit, row: WorksRow, today: date, names: dict[str, str]) -> list[object]:
    works, proposal, delay = row.works, row.proposal, delay_of(row.works, today)
    steps = {step.stage: step for step in row.steps}
    return [
        *(proposal.number, proposal.title_kk, proposal.title_ru),
        *(names.get(proposal.settlement_id or "", ""), state_of(row, today)),
        *(delay.days if delay else 0, works.promised_on, works.expected_on, works.ready_on),
        *(works.planned, works.contract, row.paid, works.contractor, works.contract_number),
        *(
            day
            for stage in WorkStage
            for day in (
                (steps[stage].promised_on, steps[stage].done_on) if stage in steps else (None, None)
            )
        ),
        *(row.seen.get(seen, 0) for seen in Seen),
        f"{visit.here}/proposals/{proposal.number}",
    ]


@router.get("/{lang}/{slug}/proposals/{number}/seen")
def ask_seen(visit: Resident, number: str) -> Response:
    """The question alone: built, partly, not built?"""
    return page(visit, "followup/seen.html", view=_seen_page(visit, number))


@router.post("/{lang}/{slug}/proposals/{number}/seen")
def save_seen(visit: Resident, number: str, posted: Form) -> Response:
    """Keeps the resident's word; the newest one counts."""
    proposal = proposal_here(visit, number)
    form = fill(SeenForm, posted)
    if form.value is not None:
        assert visit.who is not None
        assert visit.who.person_id is not None
        try:
            with transaction(visit.session):
                say_seen(
                    visit.session,
                    keyring=visit.keyring,
                    district_id=visit.district.id,
                    proposal_id=proposal.id,
                    person_id=visit.who.person_id,
                    seen=form.value.seen,
                    now=visit.now,
                )
            return see_other(visit, f"{visit.here}/proposals/{number}#seen")
        except Refusal as why:
            form = form.refused(why)
    view = _seen_page(visit, number)
    return page(visit, "followup/seen.html", status=422, form=form, view=view)


def _seen_page(visit: Visit, number: str) -> SeenPage:
    proposal = proposal_here(visit, number)
    rows = works_of(visit.session, district_ids=[visit.district.id], proposal_id=proposal.id)
    if not rows:
        raise HTTPException(404)
    say = translations(visit.lang).gettext
    names: dict[str, str] = {}
    card = works_card(visit, rows[0], names)
    return SeenPage(
        title=card.title,
        lang=card.lang,
        back=Link(card.url, say(N_("The proposal's page"))),
        seen=seen_view(visit, rows[0]),
    )
