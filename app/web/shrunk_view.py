"""That the confirmed sum is smaller than the one asked about, and which projects drop."""

from dataclasses import dataclass

from app.decisions.queries import newest_words, result_of, voted_on
from app.decisions.shrinking import Shrunk, shrunk
from app.proposals.models import Proposal
from app.rounds.models import Round
from app.web.front_works import title_of
from app.web.visit import Visit
from app.words import formats


@dataclass(frozen=True, slots=True)
class Dropped:
    """A project that no longer fits."""

    title: str
    lang: str
    url: str
    price: str


@dataclass(frozen=True, slots=True)
class ShrunkView:
    """The note about a smaller sum."""

    asked: str
    confirmed: str
    less: str
    dropped: tuple[Dropped, ...]
    url: str  # the round's money


def shrunk_view(visit: Visit, of: Round) -> ShrunkView | None:
    """The note for pages about decisions; none where no project drops."""
    if of.confirmed_envelope is None or of.imported_from:
        return None
    scope = {"district_id": of.district_id, "round_id": of.id}
    result = result_of(visit.session, **scope)
    if result is None:
        return None
    proposals = voted_on(visit.session, **scope)
    words = newest_words(visit.session, **scope)
    found = shrunk(of, result.outcome, proposals=proposals, words=words)
    if found is None or not found.dropped:
        return None
    return shrunk_words(visit, of, found, {one.id: one for one in proposals.values()})


def shrunk_words(
    visit: Visit, of: Round, found: Shrunk | None, proposals: dict[str, Proposal]
) -> ShrunkView | None:
    """The same of what was worked out already."""
    if found is None:
        return None
    return ShrunkView(
        asked=formats.tenge(found.asked),
        confirmed=formats.tenge(found.confirmed),
        less=formats.tenge(found.less),
        dropped=tuple(_dropped(visit, proposals[one]) for one in found.dropped),
        url=f"{visit.here}/rounds/{of.key}/money",
    )


def _dropped(visit: Visit, one: Proposal) -> Dropped:
    title, lang = title_of(visit, one)
    url = f"{visit.here}/proposals/{one.number}"
    return Dropped(title, lang, url, formats.tenge(one.price or 0))
