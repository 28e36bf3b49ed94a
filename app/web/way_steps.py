"""One entry of the record as a step of a way: its day, its office, its facts in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from app.core.clock import day_of
from app.ledger.models import Entry
from app.web.frame import Link
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

State = Literal["did", "now", "next", "late"]
DATED = re.compile(r"\d{4}-\d\d-\d\d(T.+)?")
CODE = re.compile(r"[a-z_]+")
MONEY = frozenset(
    {
        *("amount", "price", "planned", "contract", "needed", "available", "paid"),
        *("cofinanced", "worth", "rent", "income", "upkeep"),
    }
)
SAID = ("words", "reason", "body")  # what an office said; set apart in its own frame


@dataclass(frozen=True, slots=True)
class Says:
    """What an office said, in its own words."""

    who: str
    paragraphs: tuple[str, ...]
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way."""

    when: str
    title: str
    state: State
    office: str = ""
    text: str = ""
    says: Says | None = None
    link: Link | None = None


def step_of(visit: Visit, entry: Entry, *, author: str = "") -> Step:
    """An entry of the record as a step. `fact.<name>` words a fact, in the reader's language.

    The record names no resident: the `author` of the proposal is named where they acted.
    """
    facts = in_language(entry.facts, visit.lang)
    office = office_of(visit, entry, author)
    said = tuple(str(facts[name]) for name in SAID if name in facts and entry.office != "resident")
    said = tuple(text for text in said if not CODE.fullmatch(text))
    told = [
        words
        for name, value in facts.items()
        if not (name in SAID and str(value) in said) and (words := fact_of(visit, name, value))
    ]
    link = None
    if scan := facts.get("scan_id"):
        label = translations(visit.lang).gettext(N_("The document"))
        link = Link(f"{visit.here}/photos/{scan}", label)
    return Step(
        when=formats.day(day_of(entry.at), visit.lang),
        title=phrases.label(
            f"entry.{entry.kind}" if f"entry.{entry.kind}" in phrases.LABELS else "entry.other",
            visit.lang,
        ),
        state="did",
        office="" if said else office,
        text=". ".join(part.rstrip(".") for part in told),
        says=Says(office, said) if said else None,
        link=link,
    )


def in_language(facts: Mapping[str, object], lang: str) -> dict[str, object]:
    """The facts with those in two languages in the reader's, under their bare names."""
    ours, other = ("_kk", "_ru") if lang == "kk" else ("_ru", "_kk")
    found: dict[str, object] = {}
    for name, value in facts.items():
        bare = name[:-3] if name.endswith(("_kk", "_ru")) else name
        if name.endswith(other) and facts.get(bare + ours):
            continue
        found[bare] = value
    return found


def office_of(visit: Visit, entry: Entry, author: str = "") -> str:
    """Who did it: the name and the office, as far as there is one."""
    # A decision is the maslikhat's; a question is one of its members'.
    first, other = ("office", "role") if entry.kind.startswith("decisions.") else ("role", "office")
    role = phrases.LABELS.get(f"{first}.{entry.office}") or phrases.LABELS.get(
        f"{other}.{entry.office}"
    )
    words = translations(visit.lang).gettext(role) if role else ""
    name = entry.by_name or (author if entry.office == "resident" else "")
    return ", ".join(part for part in (name, words) if part)


def fact_of(visit: Visit, name: str, value: object) -> str:
    """One fact of an entry in words; nothing for what is kept but not read."""
    phrase = phrases.LABELS.get(f"fact.{name}")
    if phrase is None or value in (None, "", False):
        return ""
    shown: object = value
    if isinstance(value, str) and DATED.fullmatch(value):
        shown = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    elif isinstance(value, str) and f"{name}.{value}" in phrases.LABELS:
        shown = phrases.label(f"{name}.{value}", visit.lang)
    elif isinstance(value, int) and name in MONEY:
        shown = formats.tenge(value)
    elif isinstance(value, str) and CODE.fullmatch(value):
        return ""
    return phrases.phrase(phrase, visit.lang, {"value": shown})
