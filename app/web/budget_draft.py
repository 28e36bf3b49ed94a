"""The desk's page of one paper: a year's plan, or a month's execution. Type, check, publish."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel

from app.budget import drafts
from app.budget.classification import classification
from app.budget.drafts import Start, Work
from app.budget.models import PLAN, Kind
from app.budget.queries import newest
from app.budget.rules import why_not_month, why_not_year
from app.core.clock import day_of
from app.core.database import transaction
from app.core.refusal import Refusal
from app.web.budget_draft_form import Typed, read, stale_lines, unit_of
from app.web.budget_draft_page import Shown, draft_page
from app.web.budget_publish import PublishForm
from app.web.doors import Clerk
from app.web.forms import Filled, Form, Posted, blank, fill
from app.web.render import page, see_other
from app.web.sheet import page_asked
from app.web.visit import Visit

router = APIRouter()
ADD, TIDY, PUBLISH, LINE = "add", "tidy", "publish", "line-"


class StartForm(BaseModel):
    """What a draft begins with."""

    start: Start


class SealForm(BaseModel):
    """Which state of the draft is meant."""

    seal: str


@router.get("/{lang}/{slug}/desk/budget/{year:int}/{month:int}")
def show(visit: Clerk, year: int, month: int, published: str = "") -> Response:
    """The draft of a paper, or how to begin one; and what is published of it."""
    known_paper(visit, year, month)
    return _page(visit, year, month, just_published=bool(published))


@router.post("/{lang}/{slug}/desk/budget/{year:int}/{month:int}/start")
def start(visit: Clerk, year: int, month: int, posted: Form) -> Response:
    """Begins a draft."""
    known_paper(visit, year, month)
    form = fill(StartForm, posted)
    if form.value is not None:
        try:
            with transaction(visit.session):
                drafts.begin(
                    visit.session,
                    **_paper(visit, year, month),
                    start=form.value.start,
                    **_by(visit),
                )
            return see_other(visit, _url(visit, year, month))
        except Refusal as why:
            form = form.refused(why)
    return _page(visit, year, month, form=form, status=422)


@router.post("/{lang}/{slug}/desk/budget/{year:int}/{month:int}/discard")
def discard(visit: Clerk, year: int, month: int, posted: Form) -> Response:
    """Throws the draft away."""
    known_paper(visit, year, month)
    form = fill(SealForm, posted).unseen("seal")
    if form.value is not None:
        try:
            with transaction(visit.session):
                drafts.discard(
                    visit.session,
                    **_paper(visit, year, month),
                    seal=form.value.seal,
                    **_by(visit),
                )
            return see_other(visit, f"{visit.here}/desk/budget?year={year}")
        except Refusal as why:
            form = form.refused(why)
    return _page(visit, year, month, form=form, status=422)


@router.post("/{lang}/{slug}/desk/budget/{year:int}/{month:int}")
def keep(visit: Clerk, year: int, month: int, posted: Form) -> Response:
    """Saves what was typed; then adds a line, opens one, tidies up, or publishes."""
    known_paper(visit, year, month)
    draft = drafts.draft_of(visit.session, **_paper(visit, year, month))
    seal = posted.text("seal")
    if draft is None or draft.seal != seal:
        newer = Refusal("budget.draft_gone")
        if draft is not None:
            newer = Refusal("budget.draft_newer", by=draft.by_name, at=draft.at)
        return _stale(visit, year, month, posted, newer)
    work = drafts.work_of(draft)
    entries = classification(visit.session, district_id=visit.district.id, year=year)
    typed = read(posted, work.lines, work.stated, month=month, entries=entries)
    act = posted.text("do")
    form: Filled[Any] = Filled(typed=typed.typed, many=posted.many)
    if act == PUBLISH:
        form = fill(PublishForm, posted)
        known = {*PublishForm.model_fields, ""}
        form = replace(form, problems={k: v for k, v in form.problems.items() if k in known})
    form = form.refused(*typed.problems)
    if form.problems:
        return _page(visit, year, month, form=form, status=422)
    lines = drafts.without_empty(typed.lines) if act == TIDY else typed.lines
    if Work(tuple(lines), dict(typed.stated)) == work:
        if act == PUBLISH:
            return _publish(visit, year, month, posted, form)
        return see_other(visit, _after(visit, year, month, posted, typed))
    try:
        with transaction(visit.session):
            drafts.save(
                visit.session,
                **_paper(visit, year, month),
                lines=lines,
                stated=typed.stated,
                file_id=draft.file_id,
                seal=seal,
                **_by(visit),
            )
    except Refusal as why:
        return _refused(visit, year, month, posted, form, why)
    if act == PUBLISH:  # these sums were not on the page that was checked
        typed_only = {k: v for k, v in form.typed.items() if k in PublishForm.model_fields}
        return _page(visit, year, month, form=replace(form, typed=typed_only), check_first=True)
    return see_other(visit, _after(visit, year, month, posted, typed))


def _publish(
    visit: Visit, year: int, month: int, posted: Posted, form: Filled[PublishForm]
) -> Response:
    assert form.value is not None
    one = form.value
    if month == PLAN and one.kind is Kind.EXECUTED:
        form = form.refused(Refusal("form.missing", field="kind"))
        return _page(visit, year, month, form=form, status=422)
    last = newest(visit.session, district_id=visit.district.id, year=year, month=month)
    corrects = last.number if last and one.corrects else None
    try:
        with transaction(visit.session):
            drafts.publish_draft(
                visit.session,
                **_paper(visit, year, month),
                kind=one.kind if month == PLAN else Kind.EXECUTED,
                act=one.act(),
                corrects=corrects,
                seal=posted.text("seal"),
                **_by(visit),
            )
        return see_other(visit, f"{_url(visit, year, month)}?published=1")
    except Refusal as why:
        return _refused(visit, year, month, posted, form, why)


def _refused(
    visit: Visit, year: int, month: int, posted: Posted, form: Filled[Any], why: Refusal
) -> Response:
    """The same page with the "no"; a colleague who was faster is not overwritten."""
    if why.code in ("budget.draft_gone", "budget.draft_newer"):
        return _stale(visit, year, month, posted, why)
    return _page(visit, year, month, form=form.refused(why), status=422)


def _after(visit: Visit, year: int, month: int, posted: Posted, typed: Typed) -> str:
    """Where a saved form leads on."""
    act, unit = posted.text("do"), unit_of(posted.text("unit"))
    turned = page_asked(posted.text("page"))
    asked = "&".join(
        [*(["unit=1000"] if unit > 1 else []), *([f"page={turned}"] if turned > 1 else [])]
    )
    url = _url(visit, year, month)
    place = act.removeprefix(LINE)
    if act.startswith(LINE) and place.isascii() and place.isdigit() and len(place) < 5:
        return f"{url}/lines/{place}{'?' + asked if asked else ''}"
    where = "#add" if typed.added else "#check"
    return f"{url}{'?' + asked if asked else ''}{where}"


def _stale(visit: Visit, year: int, month: int, posted: Posted, why: Refusal) -> Response:
    """What was typed on a page that somebody has overtaken: shown, and not kept."""
    entries = classification(visit.session, district_id=visit.district.id, year=year)
    typed: Mapping[str, str] = {name: texts[0] for name, texts in posted.many.items() if texts}
    form: Filled[Any] = Filled(typed=typed, many=posted.many).refused(why)
    placed = stale_lines(posted, entries)
    return _page(visit, year, month, form=form, status=422, stale=placed)


def _page(
    visit: Visit,
    year: int,
    month: int,
    *,
    form: Filled[Any] | None = None,
    status: int = 200,
    stale: Sequence[Any] | None = None,
    just_published: bool = False,
    check_first: bool = False,
) -> Response:
    asked = visit.request.query_params
    typed = form.typed if form else {}
    unit = unit_of(typed.get("unit") or asked.get("unit", ""))
    shown = Shown(
        year,
        month,
        unit=unit,
        page=page_asked(typed.get("page") or asked.get("page", "")),
        stale=tuple(stale) if stale is not None else None,
        just_published=just_published,
        check_first=check_first,
    )
    view, opened = draft_page(visit, shown)
    filled = form or blank()
    filled = replace(filled, typed={**opened, **filled.typed})
    return page(visit, "budget/desk_draft.html", status=status, form=filled, view=view)


def known_paper(visit: Visit, year: int, month: int) -> None:
    """Another year, or a month that there is not, is no page."""
    today = day_of(visit.now)
    why = why_not_month(year, month, today) if why_not_year(year, today) is None else True
    if why is True or (isinstance(why, Refusal) and why.code == "budget.month"):
        raise HTTPException(404)


def _paper(visit: Visit, year: int, month: int) -> dict[str, Any]:
    return {"district_id": visit.district.id, "year": year, "month": month}


def _by(visit: Visit) -> dict[str, Any]:
    assert visit.who is not None
    return {"by_name": visit.who.name, "now": visit.now}


def _url(visit: Visit, year: int, month: int) -> str:
    return f"{visit.here}/desk/budget/{year}/{month}"
