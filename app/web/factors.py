"""One's own second factors: which there are, a new one, one less.

Whoever sits down at a desk that was left open must not change them: password and second factor are
asked for again unless they were shown in the last ten minutes.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Response

from app.core.database import transaction
from app.core.refusal import Refusal
from app.people import factors
from app.people.office_models import Factor, FactorKind
from app.people.office_sign_in import is_fresh
from app.people.one_time_codes import FEW, codes_left
from app.people.queries import Who
from app.people.sign_in import end_all
from app.web.doors import AnOfficial
from app.web.factor_set_up import InUse, SetUp, act, kind_of, show, site_of
from app.web.forms import Form, blank
from app.web.frame import Link
from app.web.render import page, see_other
from app.web.visit import Visit
from app.words import phrases
from app.words.catalogue import N_, translations

router = APIRouter()


@dataclass(frozen=True, slots=True)
class FactorRow:
    """A factor in use."""

    id: str
    kind: str
    name: str
    added_at: datetime
    used_at: datetime | None
    left: int | None  # codes of a printed list
    few: bool


@router.get("/{lang}/me/factors")
def shown(visit: AnOfficial) -> Response:
    """The list, and what can be added."""
    return _shown(visit, _official(visit))


@router.get("/{lang}/me/factors/new/{kind}")
def adding(visit: AnOfficial, kind: str) -> Response:
    """The step of a new factor that is open now."""
    who = _official(visit)
    chosen = kind_of(kind)
    return show(visit, _set_up(visit, who), chosen) if _fresh(visit, who) else _again(visit)


@router.post("/{lang}/me/factors/new/{kind}")
def add(visit: AnOfficial, kind: str, posted: Form) -> Response:
    """Begins a factor, or proves it; every other session of this official ends then."""
    who = _official(visit)
    chosen = kind_of(kind)
    if not _fresh(visit, who):
        return _again(visit)
    try:
        done = act(visit, _set_up(visit, who), chosen, posted)
    except Refusal as why:
        return _shown(visit, who, why)
    return see_other(visit, f"{visit.root}/me/factors") if isinstance(done, InUse) else done


@router.post("/{lang}/me/factors/{factor_id}/remove")
def remove(visit: AnOfficial, factor_id: str, posted: Form) -> Response:
    """One factor less, but never none; every other session of this official ends."""
    who = _official(visit)
    if not _fresh(visit, who):
        return _again(visit)
    try:
        with transaction(visit.session):
            now = visit.clock.now()
            factors.remove(
                visit.session, official_id=who.official_id or "", factor_id=factor_id, now=now
            )
            end_all(visit.session, now=now, official_id=who.official_id, but=who.sign_in_id)
    except LookupError:
        raise HTTPException(404) from None
    except Refusal as why:
        return _shown(visit, who, why)
    return see_other(visit, f"{visit.root}/me/factors")


def _official(visit: Visit) -> Who:
    assert visit.who is not None
    return visit.who


def _fresh(visit: Visit, who: Who) -> bool:
    return is_fresh(visit.session, sign_in_id=who.sign_in_id, now=visit.now)


def _again(visit: Visit) -> Response:
    return see_other(visit, _sign_in_again(visit))


def _sign_in_again(visit: Visit) -> str:
    return f"{visit.root}/sign-in?as=official&next={quote(f'{visit.root}/me/factors')}"


def _set_up(visit: Visit, who: Who) -> SetUp:
    say = translations(visit.lang).gettext

    def then(now: datetime) -> None:
        end_all(visit.session, now=now, official_id=who.official_id, but=who.sign_in_id)

    return SetUp(
        official_id=who.official_id or "",
        sign_in_id=who.sign_in_id,
        base=f"{visit.root}/me/factors/new",
        up=Link(f"{visit.root}/me/factors", say(N_("Second factors"))),
        first=False,
        then=then,
    )


def _shown(visit: Visit, who: Who, why: Refusal | None = None) -> Response:
    held = factors.factors_of(visit.session, official_id=who.official_id or "")
    kinds = {one.kind for one in held}
    return page(
        visit,
        "people/factors.html",
        status=422 if why else 200,
        form=blank().refused(why) if why else blank(),
        factors=[_row(visit, one) for one in held],
        fresh=_fresh(visit, who),
        again=_sign_in_again(visit),
        base=f"{visit.root}/me/factors/new",
        one=len(held) == 1,
        has_codes=FactorKind.CODES in kinds,
        keys=site_of(visit) is not None,
    )


def _row(visit: Visit, factor: Factor) -> FactorRow:
    left = None
    if factor.kind == FactorKind.CODES:
        left = codes_left(visit.session, factor_id=factor.id)
    return FactorRow(
        id=factor.id,
        kind=phrases.label(f"factor.{factor.kind}", visit.lang),
        name=factor.name,
        added_at=factor.added_at,
        used_at=factor.used_at,
        left=left,
        few=left is not None and left <= FEW,
    )
