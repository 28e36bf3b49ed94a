"""A request for a second official's consent, as its pages show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from app.core.clock import day_of
from app.core.refusal import Refusal
from app.people.consent import ONE_AT_A_TIME, Act, private_of, why_not_agree
from app.people.models import Person
from app.people.office_models import Consent, ConsentState
from app.places.models import Settlement
from app.rounds.asking import ENVELOPE
from app.rounds.envelope_basis import cited, told
from app.rounds.queries import round_of
from app.web.basis_view import line_words
from app.web.rules_view import Changed, changed_rows
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

MarkKind = Literal["ok", "bad", "late", "turn", "cur", "plain"]
KINDS: dict[str, MarkKind] = {
    ConsentState.WAITING: "cur",
    ConsentState.AGREED: "cur",
    ConsentState.DONE: "ok",
    ConsentState.REFUSED: "bad",
}
# Kept in a request for the machine alone, or shown in another way.
UNSHOWN = frozenset({"what", "changed", "why_kk", "why_ru", "version", "line"})


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request in a list."""

    url: str
    title: str
    about: str
    by: str
    when: str
    kind: MarkKind
    state: str
    until: str  # while it waits


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request: exactly what is asked for, by whom, and how it stands."""

    row: RequestRow
    about_url: str
    changed: tuple[Changed, ...]
    facts: tuple[tuple[str, str], ...]
    private: tuple[tuple[str, str], ...]
    hidden: bool  # there is something personal that this reader is not shown
    whys: tuple[tuple[str, str], ...]  # the reason, by its language; empty: as it was typed
    lines: tuple[str, ...]  # what comes of it when it is agreed to
    asked: str
    settled: str  # who answered, and when
    answer: str
    answer_public: bool
    why_not: Refusal | None
    mine: bool
    waits: bool
    to_use: bool  # agreed, and now the first one's to do
    use_by: str


def row_of(visit: Visit, one: Consent) -> RequestRow:
    """A request as a line."""
    lang = visit.lang
    waits = one.state == ConsentState.WAITING
    expired = waits and one.ends_at <= visit.now
    state = ConsentState.EXPIRED if expired else one.state
    title = phrases.label(f"consent.act.{one.act}", lang)
    return RequestRow(
        url=f"{visit.here}/desk/second/{one.id}",
        title=title[:1].upper() + title[1:],
        about=_about(visit, one)[0],
        by=person(visit, one.first_name, one.first_office),
        when=formats.day(day_of(one.asked_at), lang),
        kind=KINDS.get(state, "plain"),
        state=phrases.label(f"consent.state.{state}", lang),
        until=formats.moment(one.ends_at, lang) if waits else "",
    )


def person(visit: Visit, name: str, office: str) -> str:
    """An official by name and office."""
    return f"{name}, {phrases.label(f'role.{office}', visit.lang)}"


def _about(visit: Visit, one: Consent) -> tuple[str, str]:
    of = round_of(visit.session, district_id=one.district_id, round_id=one.subject)
    if of is None:
        return "", ""
    words = translations(visit.lang).gettext(N_("Round %(key)s")) % {"key": of.key}
    return words, f"{visit.here}/rounds/{of.key}/"


def request_view(visit: Visit, one: Consent) -> RequestView:
    """The request for whoever reads it: what is personal only to the two it concerns."""
    assert visit.who is not None
    lang = visit.lang
    mine = one.first_id == visit.who.official_id
    why_not = why_not_agree(visit.session, asked=one, who=visit.who, now=visit.now)
    shown = one.sealed is not None and (mine or why_not is None)
    settled = ""
    if one.second_id is not None and one.settled_at is not None:
        name = person(visit, one.second_name, one.second_office)
        settled = f"{name} · {formats.moment_short(one.settled_at, lang)}"
    return RequestView(
        row=row_of(visit, one),
        about_url=_about(visit, one)[1],
        changed=changed_rows(one.facts.get("changed", ()), lang),
        facts=_facts(visit, one),
        private=_rows(visit, one, private_of(visit.keyring, one)) if shown else (),
        hidden=one.sealed is not None and not shown,
        whys=_whys(one),
        lines=_lines(visit, one),
        asked=f"{person(visit, one.first_name, one.first_office)} · "
        f"{formats.moment_short(one.asked_at, lang)}",
        settled=settled,
        answer=one.answer,
        answer_public=one.act in ONE_AT_A_TIME,
        why_not=why_not,
        mine=mine,
        waits=one.state == ConsentState.WAITING and one.ends_at > visit.now,
        to_use=mine and one.state == ConsentState.AGREED,
        use_by=formats.moment(one.ends_at, lang) if one.state == ConsentState.AGREED else "",
    )


def _whys(one: Consent) -> tuple[tuple[str, str], ...]:
    pairs = (("kk", one.facts.get("why_kk")), ("ru", one.facts.get("why_ru")), ("", one.why))
    return tuple((lang, str(text)) for lang, text in pairs if text)


def _facts(visit: Visit, one: Consent) -> tuple[tuple[str, str], ...]:
    say = translations(visit.lang).gettext
    if one.act == Act.HOLD_RESULT:
        until = datetime.fromisoformat(one.facts["until"])
        return ((say(N_("The result publishes itself")), formats.moment(until, visit.lang)),)
    rows = _rows(visit, one, one.facts)
    if one.facts.get("what") == ENVELOPE:
        rows = (
            *_line_of(visit, one),
            *rows,
        )
    return rows


def _line_of(visit: Visit, one: Consent) -> tuple[tuple[str, str], ...]:
    """The line of the approved budget by which a sum is to be confirmed."""
    named = told(one.facts)
    of = round_of(visit.session, district_id=one.district_id, round_id=one.subject)
    if named is None or of is None:
        return ()
    try:
        found = cited(visit.session, of, year=of.budget_year, number=named[0], line=named[1])
    except Refusal:
        return ()
    label = translations(visit.lang).gettext(N_("Line of the approved budget"))
    return ((label, line_words(visit, found)),)


def _lines(visit: Visit, one: Consent) -> tuple[str, ...]:
    say = translations(visit.lang).gettext
    told: dict[str, tuple[str, ...]] = {
        Act.CANCEL_ROUND: (
            N_("Nothing can be done in the round any more, and it cannot be taken back."),
            N_("Its ballots are never opened."),
            N_("Everybody reads that it was called off, by whom and why."),
        ),
        Act.HOLD_RESULT: (
            N_("A result can be put off only once. Then it publishes itself."),
            N_("Everybody reads that it was put off, by whom and why."),
        ),
        Act.CHANGE_ROUND: (
            N_("Everybody reads on the rules page what was and what becomes of it."),
        ),
        Act.CORRECT_ROLL: (
            N_("The public numbers of the list change with it; no name is made public."),
        ),
        Act.REISSUE_CARDS: (
            N_("Whoever asked can then print the cards. The old ones stop working."),
        ),
        Act.MAKE_OFFICIAL: (N_("Whoever asked can then make out the invitation."),),
    }
    return tuple(say(words) for words in told[one.act])


def _rows(visit: Visit, one: Consent, facts: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    rows = []
    for name, value in facts.items():
        if name in UNSHOWN or value in (None, "", [], ()):
            continue
        code = f"consent.fact.{name}"
        label = phrases.label(code, visit.lang) if code in phrases.LABELS else name
        rows.append((label, _value(visit, one, name, value)))
    return tuple(rows)


def _value(visit: Visit, one: Consent, name: str, value: object) -> str:
    """One fact in words: what names a thing is shown by its name."""
    say = translations(visit.lang).gettext
    if isinstance(value, bool):
        return say(N_("yes")) if value else say(N_("no"))
    if isinstance(value, int):
        return formats.number(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(_value(visit, one, name, each) for each in value)
    if not isinstance(value, str):
        return str(value)
    if (code := f"consent.fact.{name}.{value}") in phrases.LABELS:
        return phrases.label(code, visit.lang)
    if name == "iin":
        return f"…{value[-4:]}"  # enough to tell two of one name apart
    if name == "role":
        return phrases.label(f"role.{value}", visit.lang)
    if name in ("person_id", "person_ids"):
        found = visit.session.get(Person, value)
        return found.full_name if found else say(N_("not there any more"))
    if name == "settlement_id":
        place = visit.session.get(Settlement, (one.district_id, value))
        return visit.in_lang(place, "name") if place else value
    try:
        if "T" in value:
            return formats.moment(datetime.fromisoformat(value), visit.lang)
        return formats.day(date.fromisoformat(value), visit.lang)
    except ValueError:
        return value


def lately(one: Consent, now: datetime) -> bool:
    """Whether a request was answered, taken back or ended within the last month."""
    at = one.settled_at or one.ends_at
    return (day_of(now) - day_of(at)).days <= 31
