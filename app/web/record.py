"""The public record of a district: every official act in words, to filter and to take away."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response
from sqlmodel import col, select

from app.core.clock import at
from app.followup.models import Question
from app.ledger.models import Entry
from app.ledger.queries import Sought, acts_of, count_acts
from app.proposals.models import Proposal
from app.rounds.queries import rounds_of
from app.web.doors import Anyone
from app.web.frame import Link
from app.web.render import file, page
from app.web.sheet import PAGE, Pager, page_asked, pager_of, sheet
from app.web.visit import Visit
from app.web.way_steps import fact_of, in_language, office_of
from app.words import formats, phrases
from app.words.catalogue import N_, translations

router = APIRouter()
OFFICES = (
    *("clerk", "akim", "maslikhat", "maslikhat-office", "raion-office", "observer", "operator"),
    *("resident", "clock"),
)
ABOUT = {
    "people": N_("The list of residents, cards, officials"),
    "rounds": N_("The round and its rules"),
    "proposals": N_("Proposals and their review"),
    "voting": N_("The vote and its paper"),
    "decisions": N_("Results and decisions"),
    "followup": N_("Works and questions"),
    "budget": N_("The district's money"),
}
COLUMNS = (
    *("at", "office", "by_name", "kind", "words", "about", "round", "facts"),
    *("before_sha256", "after_sha256", "id"),
)


@dataclass(frozen=True, slots=True)
class Act:
    """One act as people read it."""

    when: str
    title: str
    office: str
    text: str
    about: Link | None
    before: str  # digests of what it was about, as it stood
    after: str


@dataclass(frozen=True, slots=True)
class Record:
    """The district's acts that were asked for."""

    acts: tuple[Act, ...]
    total: int
    offices: tuple[tuple[str, str], ...]
    topics: tuple[tuple[str, str], ...]
    rounds: tuple[tuple[str, str], ...]
    asked: Mapping[str, str]
    action: str
    all_url: str
    files: tuple[Link, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class Names:
    """What the subjects of acts are called, by their ids."""

    links: Mapping[str, Link]
    authors: Mapping[str, str]
    rounds: Mapping[str, str]


@router.get("/{lang}/{slug}/record")
def show(
    visit: Anyone,
    office: str = "",
    about: str = "",
    round_: Annotated[str, Query(alias="round")] = "",
    since: str = "",
    until: str = "",
    page_: Annotated[str, Query(alias="page")] = "",
) -> Response:
    """The district's acts, the newest first."""
    rounds = _rounds(visit)
    sought, asked = _sought(rounds, office, about, round_, since, until)
    total = count_acts(visit.session, district_id=visit.district.id, sought=sought)
    base = f"{visit.here}/record"
    pager = pager_of(page_asked(page_), total, base, asked)
    entries = acts_of(
        visit.session,
        district_id=visit.district.id,
        sought=sought,
        first=(pager.page - 1) * PAGE,
        most=PAGE,
    )
    names = _names(visit, entries, rounds)
    query = urlencode(asked)
    say = translations(visit.lang).gettext
    record = Record(
        acts=tuple(_act(visit, one, names) for one in entries),
        total=total,
        offices=tuple((one, _office(visit, one)) for one in OFFICES),
        topics=tuple((one, say(words)) for one, words in ABOUT.items()),
        rounds=tuple((key, key) for key in rounds.values()),
        asked=asked,
        action=base,
        all_url=base if asked else "",
        files=tuple(
            Link(f"{base}.{kind}{'?' if query else ''}{query}", kind.upper())
            for kind in ("csv", "json")
        ),
        pager=pager,
    )
    return page(visit, "ledger/record.html", view=record)


@router.get("/{lang}/{slug}/record.csv")
def as_csv(
    visit: Anyone,
    office: str = "",
    about: str = "",
    round_: Annotated[str, Query(alias="round")] = "",
    since: str = "",
    until: str = "",
) -> Response:
    """The same acts as a table."""
    rounds = _rounds(visit)
    sought, _ = _sought(rounds, office, about, round_, since, until)
    rows = [tuple(one.values()) for one in _plain(visit, sought, rounds)]
    return sheet(f"{visit.district.slug}-record.csv", COLUMNS, rows)


@router.get("/{lang}/{slug}/record.json")
def as_json(
    visit: Anyone,
    office: str = "",
    about: str = "",
    round_: Annotated[str, Query(alias="round")] = "",
    since: str = "",
    until: str = "",
) -> Response:
    """The same acts with their facts as they were written down."""
    rounds = _rounds(visit)
    sought, _ = _sought(rounds, office, about, round_, since, until)
    acts = [
        {**one, "facts": json.loads(str(one["facts"]))} for one in _plain(visit, sought, rounds)
    ]
    text = json.dumps(
        {"district_kato": visit.district.kato, "acts": acts}, ensure_ascii=False, indent=1
    )
    return file(text, "application/json", name=f"{visit.district.slug}-record.json")


def _rounds(visit: Visit) -> dict[str, str]:
    """The keys of the district's rounds, by their ids."""
    return {one.id: one.key for one in rounds_of(visit.session, district_id=visit.district.id)}


def _sought(
    rounds: Mapping[str, str], office: str, about: str, round_: str, since: str, until: str
) -> tuple[Sought, dict[str, str]]:
    """What is asked for, and the address that asks for it. What nobody could mean is left out."""
    keys = {key: round_id for round_id, key in rounds.items()}
    first, last = _day(since), _day(until)
    asked = {
        "office": office if office in OFFICES else "",
        "about": about if about in ABOUT else "",
        "round": round_ if round_ in keys else "",
        "since": first.isoformat() if first else "",
        "until": last.isoformat() if last else "",
    }
    sought = Sought(
        office=asked["office"],
        about=asked["about"],
        round_id=keys.get(asked["round"], ""),
        since=at(first) if first else None,
        until=at(last + timedelta(days=1)) if last else None,
    )
    return sought, {name: value for name, value in asked.items() if value}


def _day(typed: str) -> date | None:
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    return found if 2000 <= found.year < 2200 else None


def _act(visit: Visit, entry: Entry, names: Names) -> Act:
    told = [
        words
        for name, value in in_language(entry.facts, visit.lang).items()
        if (words := fact_of(visit, name, value))
    ]
    return Act(
        when=formats.moment_short(entry.at, visit.lang),
        title=_title(visit, entry),
        office=_by(visit, entry, names),
        text=_sentences(told),
        about=names.links.get(entry.subject)
        or (names.links.get(entry.round_id) if entry.round_id else None),
        before=entry.before_sha256 or "",
        after=entry.after_sha256 or "",
    )


def _sentences(told: Sequence[str]) -> str:
    """One after the other; a question of a deputy ends as it ends."""
    ended = [one if one.endswith(("?", "!", "…")) else one.rstrip(".") + "." for one in told]
    return " ".join(ended).removesuffix(".")


def _title(visit: Visit, entry: Entry) -> str:
    known = f"entry.{entry.kind}" in phrases.LABELS
    return phrases.label(f"entry.{entry.kind}" if known else "entry.other", visit.lang)


def _by(visit: Visit, entry: Entry, names: Names) -> str:
    if entry.office == "clock":
        return _office(visit, "clock")
    return office_of(visit, entry, names.authors.get(entry.subject, ""))


def _office(visit: Visit, code: str) -> str:
    if code == "clock":
        return translations(visit.lang).gettext(N_("by itself, at its hour"))
    return phrases.label(f"role.{code}", visit.lang)


def _names(visit: Visit, entries: Sequence[Entry], rounds: Mapping[str, str]) -> Names:
    """The things these acts are about: of this district, and public."""
    session, district = visit.session, visit.district
    subjects = sorted({one.subject for one in entries})
    links: dict[str, Link] = {}
    authors: dict[str, str] = {}
    for start in range(0, len(subjects), 500):  # databases limit the length of an IN
        some = subjects[start : start + 500]
        for one in session.exec(
            select(Proposal).where(Proposal.district_id == district.id, col(Proposal.id).in_(some))
        ):
            if one.number:
                title = one.title_kk if visit.lang == "kk" else one.title_ru
                url = f"{visit.here}/proposals/{one.number}"
                links[one.id] = Link(url, f"№ {one.number} · {title or one.title}")
                authors[one.id] = one.author
        for asked in session.exec(
            select(Question).where(Question.district_id == district.id, col(Question.id).in_(some))
        ):
            say = translations(visit.lang).gettext(N_("A deputy's question"))
            links[asked.id] = Link(
                f"{visit.here}/questions/{asked.number}", f"{say} № {asked.number}"
            )
    for round_id, key in rounds.items():
        words = translations(visit.lang).gettext(N_("The round %(key)s")) % {"key": key}
        links[round_id] = Link(f"{visit.here}/rounds/{key}/", words)
    return Names(links, authors, rounds)


def _plain(visit: Visit, sought: Sought, rounds: Mapping[str, str]) -> Iterator[dict[str, object]]:
    entries = acts_of(visit.session, district_id=visit.district.id, sought=sought)
    names = _names(visit, entries, rounds)
    for one in entries:
        about = names.links.get(one.subject)
        yield {
            "at": one.at.isoformat(),
            "office": one.office,
            "by_name": one.by_name,
            "kind": one.kind,
            "words": _title(visit, one),
            "about": about.label if about else "",
            "round": names.rounds.get(one.round_id or "", ""),
            "facts": json.dumps(one.facts, ensure_ascii=False, sort_keys=True),
            "before_sha256": one.before_sha256 or "",
            "after_sha256": one.after_sha256 or "",
            "id": one.id,
        }
