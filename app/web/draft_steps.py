"""What the three steps of a proposal show."""

from dataclasses import dataclass

from app.core.refusal import Refusal
from app.places.queries import settlements
from app.proposals import rules
from app.proposals.directions import direction, directions
from app.proposals.models import Proposal, Status
from app.proposals.queries import WHOLE, PhotoLine, as_written, photos_of, similar_to, title_in
from app.rounds.queries import round_of
from app.web.frame import Link
from app.web.proposal_page import size
from app.web.proposals import money, names_of
from app.web.visit import Visit
from app.words.catalogue import N_, translations

TEXT_LANGS = (("kk", "Қазақша"), ("ru", "Русский"))  # languages name themselves


@dataclass(frozen=True, slots=True)
class Opening:
    """The page that explains and opens the first step; `sign_in` for whoever is not signed in."""

    key: str
    action: str
    draft_id: str
    envelope: str
    price_cap: str
    budget_year: int
    sign_in: Link | None
    desk: Link | None
    why: Refusal | None


@dataclass(frozen=True, slots=True)
class WhatView:
    """The first step."""

    action: str
    langs: tuple[tuple[str, str], ...]
    payable: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]
    title_most: int
    body_most: int
    saved: bool
    returned: bool
    discard: str


@dataclass(frozen=True, slots=True)
class OldPhoto:
    """A photo that is kept already."""

    id: str
    url: str
    size: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class WhereView:
    """The second step."""

    action: str
    title: str
    lang: str
    settlements: tuple[tuple[str, str], ...]
    price_cap: str
    photos: tuple[OldPhoto, ...]
    photos_left: int
    back: Link
    returned: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One answer on the check page."""

    label: str
    value: str
    url: str
    paragraphs: bool = False


@dataclass(frozen=True, slots=True)
class Similar:
    """A proposal that may want the same."""

    url: str
    title: str
    lang: str
    number: str


@dataclass(frozen=True, slots=True)
class CheckView:
    """The third step."""

    action: str
    lines: tuple[Line, ...]
    not_payable: bool
    over_cap: str
    similar: tuple[Similar, ...]
    author: str
    back: Link
    returned: bool
    discard: str


def what_view(
    visit: Visit, action: str, *, draft: Proposal | None = None, discard: str = ""
) -> WhatView:
    def named(payable: bool) -> tuple[tuple[str, str], ...]:
        return tuple(
            (str(one.n), one.short(visit.lang)) for one in directions() if one.payable is payable
        )

    return WhatView(
        action=action,
        langs=TEXT_LANGS,
        payable=named(True),
        others=named(False),
        title_most=rules.TITLE[1],
        body_most=rules.BODY[1],
        saved=draft is not None,
        returned=draft is not None and draft.status == Status.RETURNED,
        discard=discard if draft is not None and draft.status == Status.DRAFT else "",
    )


def what_step(visit: Visit, draft: Proposal) -> WhatView:
    base = f"{visit.here}/drafts/{draft.id}"
    return what_view(visit, f"{base}/what", draft=draft, discard=f"{base}/discard")


def where_step(visit: Visit, draft: Proposal) -> WhereView:
    say = translations(visit.lang).gettext
    base = f"{visit.here}/drafts/{draft.id}"
    what, _ = as_written(draft)
    of = round_of(visit.session, district_id=draft.district_id, round_id=draft.round_id)
    names = names_of(visit, list(settlements(visit.session, district_id=draft.district_id)))
    kept = photos_of(visit.session, proposal=draft, writing=True)
    return WhereView(
        action=f"{base}/where",
        title=what.title,
        lang=what.lang,
        settlements=(*names.items(), (WHOLE, say(N_("The whole district")))),
        price_cap=money(of, of.price_cap) if of and of.price_cap else "",
        photos=tuple(_old_photo(visit, one) for one in kept),
        photos_left=rules.MOST_PHOTOS - len(kept),
        back=Link(f"{base}/what", say(N_("Back"))),
        returned=draft.status == Status.RETURNED,
    )


def _old_photo(visit: Visit, one: PhotoLine) -> OldPhoto:
    url = f"{visit.here}/photos/{one.id}"
    return OldPhoto(one.id, url, size(one.size, visit.lang), one.width, one.height)


def check_step(visit: Visit, draft: Proposal) -> CheckView:
    say = translations(visit.lang).gettext
    base = f"{visit.here}/drafts/{draft.id}"
    what, where = as_written(draft)
    of = round_of(visit.session, district_id=draft.district_id, round_id=draft.round_id)
    assert of is not None
    names = names_of(visit, list(settlements(visit.session, district_id=draft.district_id)))
    about = direction(what.direction) if what.direction else None
    kept = photos_of(visit.session, proposal=draft, writing=True)
    whole = say(N_("The whole district"))
    village = names.get(where.settlement_id, "") if where.settlement_id else whole
    none = say(N_("not given"))
    estimate = money(of, where.estimate) if where.estimate is not None else none
    lines = (
        Line(say(N_("What is needed, in a few words")), what.title, f"{base}/what"),
        Line(say(N_("Why, and for whom")), what.body, f"{base}/what", paragraphs=True),
        Line(
            say(N_("Direction of spending")),
            about.short(visit.lang) if about else none,
            f"{base}/what",
        ),
        Line(say(N_("Settlement")), village, f"{base}/where"),
        Line(say(N_("Place")), where.place, f"{base}/where"),
        Line(say(N_("Author's estimate")), estimate, f"{base}/where"),
        Line(say(N_("What the neighbours give")), where.contribution or none, f"{base}/where"),
        Line(say(N_("Photos")), str(len(kept)), f"{base}/where"),
    )
    over = where.estimate and of.price_cap and where.estimate > of.price_cap
    return CheckView(
        action=f"{base}/check",
        lines=lines,
        not_payable=about is not None and not about.payable,
        over_cap=money(of, of.price_cap) if over and of.price_cap else "",
        similar=tuple(_similar(visit, one) for one in similar_to(visit.session, proposal=draft)),
        author=draft.author,
        back=Link(f"{base}/where", say(N_("Back"))),
        returned=draft.status == Status.RETURNED,
        discard=f"{base}/discard" if draft.status == Status.DRAFT else "",
    )


def _similar(visit: Visit, one: Proposal) -> Similar:
    title, lang = title_in(one, visit.lang)
    return Similar(f"{visit.here}/proposals/{one.number}", title, lang, one.number or "")
