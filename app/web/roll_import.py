"""The desk's pages where a list is brought into the roll: read, looked at, confirmed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Response
from pydantic import BaseModel, Field

from app.core.clock import day_of
from app.core.database import transaction
from app.core.refusal import Refusal, insist
from app.core.workbook import book_of
from app.people.roll import why_not_locked
from app.people.roll_drafts import (
    Kind,
    PlanRow,
    Preview,
    add_draft,
    confirm,
    drop_draft,
    load_draft,
    preview_of,
    read_draft,
)
from app.people.roll_lists import RollRefused
from app.people.roll_models import RollDraft
from app.places.queries import settlements
from app.web.doors import Clerk
from app.web.forms import Day, Filled, Form, blank, fill
from app.web.render import file, page, see_other
from app.web.roll import (
    PER_PAGE,
    locked,
    my_name,
    page_number,
    pager,
    settlement_options,
)
from app.web.roll_person import Part, changed_parts
from app.web.sheet import Pager
from app.web.visit import Visit
from app.words import phrases
from app.words.catalogue import N_, translations

router = APIRouter()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportForm(BaseModel):
    """Where a list comes from; the file itself comes beside it."""

    source: str = Field(min_length=3, max_length=200)
    source_date: Day
    legal_basis: str = Field(min_length=3, max_length=300)
    whole: Literal["", "1"] = ""


class ConfirmForm(BaseModel):
    """That the clerk looked at who is taken off."""

    gone: Literal["", "1"] = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A kind of rows and how many there are."""

    url: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the list, and what comes of it."""

    row: int  # 0 for somebody whom the list does not name
    name: str
    parts: tuple[Part, ...]
    why: Refusal | None


@dataclass(frozen=True, slots=True)
class DraftView:
    """A list that was read, and everything it would do."""

    url: str
    source: str
    source_date: date
    legal_basis: str
    whole: bool
    file_name: str
    sha256: str
    ends_at: datetime
    rows: int
    standing: int
    counts: dict[str, int]  # by Kind
    conflicts: int
    others: str  # captions of columns that were not read
    kind: str
    tabs: tuple[Tab, ...]
    shown: tuple[ShownRow, ...]
    pager: Pager


@router.get("/{lang}/{slug}/desk/roll/template.csv")
def template(visit: Clerk) -> Response:
    """An empty list with its captions, and one line that shows how (an impossible number)."""
    text = "\ufeff" + "".join(";".join(line) + "\r\n" for line in _example(visit))
    return file(text.encode(), "text/csv; charset=utf-8", name="roll.csv", public=False)


@router.get("/{lang}/{slug}/desk/roll/template.xlsx")
def template_xlsx(visit: Clerk) -> Response:
    """The same as a workbook."""
    return file(book_of(_example(visit)), XLSX, name="roll.xlsx", public=False)


def _example(visit: Visit) -> tuple[tuple[str, ...], ...]:
    say = translations(visit.lang).gettext
    first = settlements(visit.session, district_id=visit.district.id)
    place = visit.in_lang(first[0], "name") if first else visit.district.kato
    captions = (say(N_("Name")), say(N_("IIN")), say(N_("Settlement")))
    return captions, ("Сейітова Айгерім Бақытқызы", "000000000000", place)


@router.get("/{lang}/{slug}/desk/roll/import")
def ask_import(visit: Clerk, again: str = "") -> Response:
    """The page where a list is chosen; `again`: with what was said of a list before."""
    form: Filled[Any] = blank()
    if again:
        try:
            of = load_draft(
                visit.session, district_id=visit.district.id, draft_id=again[:40], now=visit.now
            )
        except LookupError:
            raise HTTPException(404) from None
        form = blank(
            source=of.source,
            source_date=of.source_date.isoformat(),
            legal_basis=of.legal_basis,
            whole="1" if of.whole else "",
        )
    return _import_page(visit, form)


@router.post("/{lang}/{slug}/desk/roll/import")
def choose(visit: Clerk, posted: Form) -> Response:
    """Reads a list and keeps it, sealed, until it is confirmed."""
    form = fill(ImportForm, posted)
    files = posted.files.get("list", [])
    if not files:
        form = form.refused(Refusal("people.no_file", field="list"))
    if form.value is None or not files:
        return _import_page(visit, form, status=422)
    assert visit.who is not None
    assert visit.who.official_id is not None
    typed, home = form.value, visit.district.id
    try:
        insist(why_not_locked(visit.session, district_id=home, now=visit.now))
        # A workbook takes seconds; a reader that waits for it would hold up SQLite's writers.
        visit.session.rollback()
        draft = read_draft(
            visit.session,
            keyring=visit.keyring,
            district_id=home,
            official_id=visit.who.official_id,
            data=files[0].data,
            file_name=files[0].name,
            source=typed.source,
            source_date=typed.source_date,
            legal_basis=typed.legal_basis,
            whole=typed.whole == "1",
            now=visit.now,
        )
    except Refusal as why:
        return _import_page(visit, form.refused(why if why.field else why.at("list")), status=422)
    with transaction(visit.session):
        add_draft(visit.session, draft, by_name=my_name(visit))
    return see_other(visit, f"{visit.here}/desk/roll/import/{draft.id}")


@router.get("/{lang}/{slug}/desk/roll/import/{list_id}")
def show_draft(
    visit: Clerk,
    list_id: str,
    kind: str = "",
    page_: Annotated[str, Query(alias="page")] = "",
) -> Response:
    """Everything a list would do, kind by kind."""
    return _draft_page(visit, list_id, blank(), kind=kind, number=page_number(page_))


@router.post("/{lang}/{slug}/desk/roll/import/{list_id}")
def bring_in(visit: Clerk, list_id: str, posted: Form) -> Response:
    """Does what the list says, all of it or nothing."""
    form = fill(ConfirmForm, posted)
    if form.value is None:
        return _draft_page(visit, list_id, form, status=422)
    try:
        with transaction(visit.session):
            brought = confirm(
                visit.session,
                keyring=visit.keyring,
                district_id=visit.district.id,
                draft_id=list_id,
                gone_seen=form.value.gone == "1",
                by_name=my_name(visit),
                now=visit.clock.now(),
            )
    except LookupError:
        raise HTTPException(404) from None
    except RollRefused:
        return _draft_page(visit, list_id, form, status=422)
    except Refusal as why:
        return _draft_page(visit, list_id, form.refused(why), status=422)
    if brought is None:
        moved = form.refused(Refusal("people.roll_moved"))
        return _draft_page(visit, list_id, moved, status=422)
    return see_other(visit, f"{visit.here}/desk/roll#lists")


@router.post("/{lang}/{slug}/desk/roll/import/{list_id}/drop")
def drop(visit: Clerk, list_id: str, posted: Form) -> Response:
    """Throws a list away that was only read."""
    try:
        with transaction(visit.session):
            load_draft(
                visit.session,
                district_id=visit.district.id,
                draft_id=list_id,
                now=visit.clock.now(),
            )
            drop_draft(visit.session, district_id=visit.district.id, draft_id=list_id)
    except LookupError:
        raise HTTPException(404) from None
    return see_other(visit, f"{visit.here}/desk/roll")


def _import_page(visit: Visit, form: Filled[Any], *, status: int = 200) -> Response:
    return page(
        visit,
        "people/roll_import.html",
        status=status,
        form=form,
        today=day_of(visit.now).isoformat(),
        locked=locked(visit),
    )


def _draft_page(
    visit: Visit,
    list_id: str,
    form: Filled[Any],
    *,
    kind: str = "",
    number: int = 1,
    status: int = 200,
) -> Response:
    visit.session.expire_all()  # what a confirm has just found is in the draft
    try:
        draft = load_draft(
            visit.session,
            district_id=visit.district.id,
            draft_id=list_id,
            now=visit.clock.now(),
        )
        preview = preview_of(visit.keyring, draft)
    except LookupError:
        raise HTTPException(404) from None
    return page(
        visit,
        "people/roll_list.html",
        status=status,
        form=form,
        view=_view(visit, draft, preview, kind, number),
        locked=locked(visit),
    )


def _view(visit: Visit, draft: RollDraft, preview: Preview, kind: str, number: int) -> DraftView:
    url = f"{visit.here}/desk/roll/import/{draft.id}"
    there = [one for one in Kind if preview.counts[one]]
    chosen = next((one for one in there if one == kind), there[0] if there else Kind.NEW)
    rows = [one for one in preview.plan if one.kind is chosen]
    number = min(number, max(1, -(-len(rows) // PER_PAGE)))
    first = (number - 1) * PER_PAGE
    places = dict(settlement_options(visit))
    return DraftView(
        url=url,
        source=draft.source,
        source_date=draft.source_date,
        legal_basis=draft.legal_basis,
        whole=draft.whole,
        file_name=draft.file_name,
        sha256=draft.sha256,
        ends_at=draft.ends_at,
        rows=preview.rows,
        standing=preview.standing,
        counts={one.value: preview.counts[one] for one in Kind},
        conflicts=preview.conflicts,
        others=", ".join(preview.others),
        kind=chosen.value,
        tabs=tuple(
            Tab(
                f"{url}?{urlencode({'kind': one.value})}#rows",
                f"{phrases.label(f'roll_kind.{one}', visit.lang)}: {preview.counts[one]}",
                one is chosen,
            )
            for one in there
        ),
        shown=tuple(_row(visit, one, places) for one in rows[first : first + PER_PAGE]),
        pager=pager(url, number, len(rows), kind=chosen.value),
    )


def _row(visit: Visit, one: PlanRow, places: dict[str, str]) -> ShownRow:
    before, after = one.before or {}, one.after or {}
    if one.kind is Kind.GONE:
        before, after = {}, {"settlement_id": before["settlement_id"]}
    return ShownRow(one.row, one.name, changed_parts(visit.lang, before, after, places), one.why)
