"""The rules page as its template shows it, made from the canonical content alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.core.clock import day_of
from app.ledger.models import Entry
from app.places.models import Settlement
from app.rounds.calendar import ORDER
from app.rounds.models import Round
from app.voting.disputes import DISPUTE_DAYS
from app.web.basis_view import BasisView, rests_in_rules
from app.web.called_off import Notice
from app.web.counting_view import CountingView, counting_view
from app.web.priced import in_all
from app.web.visit import Visit
from app.words import formats, phrases
from app.words.catalogue import N_, translations

SUMS = ("envelope", "price_cap")
NAMED = ("method", "counting_rule", "utility", "completion", "ties")  # their values have names


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project of the list."""

    number: int
    title: str
    price: str
    in_all: str = ""  # what it costs in all, where neighbours help


@dataclass(frozen=True, slots=True)
class Changed:
    """One setting that an edit changed."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """One edit of the rules, as the record keeps it."""

    when: str
    by_name: str
    rows: tuple[Changed, ...]
    why: str = ""  # what the second official was told


@dataclass(frozen=True, slots=True)
class RulesView:
    """Everything on the rules page."""

    key: str
    budget_year: int
    envelope: str
    indicative: bool
    basis: str
    stages: tuple[tuple[str, str], ...]
    of_age_on: str
    roll_shown_on: str  # empty in a round announced before lists were shown
    roll_closes_on: str
    closes: str
    most_choices: int  # 0 where the money is the only limit
    nudge_choices: int
    threshold: int
    counting: CountingView
    price_cap: str
    turnout_shown: bool
    draw_day: str
    draw_value: str
    dispute_days: int
    projects: tuple[ProjectRow, ...]
    frozen_at: str
    sha256: str
    json_url: str
    print_url: str
    round_url: str
    recommendation: str
    changes: tuple[Change, ...]
    off: Notice | None = None  # that the round was called off
    named: tuple[str, ...] = ()  # second officials, named in advance
    rests: BasisView | None = None  # the paper that the sum rests on

    @property
    def project_table(self) -> tuple[tuple[int, str, str], ...]:
        """The list of projects as rows of cells."""
        return tuple(
            (row.number, f"{row.title}. {row.in_all}" if row.in_all else row.title, row.price)
            for row in self.projects
        )

    @property
    def helped(self) -> bool:
        """Whether neighbours help to pay for some of the projects."""
        return any(row.in_all for row in self.projects)


def rules_view(
    visit: Visit,
    one: Round,
    rules: Mapping[str, Any],
    *,
    sha256: str,
    recommendation: str,
    changes: tuple[Change, ...],
    off: Notice | None = None,
    named: tuple[str, ...] = (),
    settlements: Sequence[Settlement] = (),
) -> RulesView:
    """The page of these rules. `one` adds what is known since: when it froze, the draw."""
    lang = visit.lang
    official = "kk" if lang == "kk" else "ru"
    base = f"{visit.here}/rounds/{one.key}"
    ballot, counting, voters = rules["ballot"], rules["counting"], rules["who_votes"]
    money = rules["envelope"]

    def sum_of(amount: int) -> str:
        return formats.money(amount, money["currency"], one.minor_digits)

    starts = {stage: datetime.fromisoformat(rules["calendar"][stage]) for stage in ORDER}
    cap = rules["price_cap"]
    shown = voters.get("roll_shown_on")
    return RulesView(
        key=rules["round"],
        budget_year=rules["budget_year"],
        envelope=sum_of(money["amount"]),
        indicative=money["kind"] == "indicative",
        basis=money[f"basis_{official}"],
        stages=tuple(
            (phrases.label(f"stage.{stage}", lang), moment_in_words(starts[stage], lang))
            for stage in ORDER
        ),
        of_age_on=formats.day(date.fromisoformat(voters["of_age_on"]), lang),
        roll_shown_on=formats.day(date.fromisoformat(shown), lang) if shown else "",
        roll_closes_on=formats.day(date.fromisoformat(voters["roll_closes_on"]), lang),
        closes=formats.moment(starts[ORDER[4]], lang),
        most_choices=ballot.get("most_choices", 0),
        nudge_choices=ballot["nudge_choices"],
        threshold=counting["threshold"],
        counting=counting_view(
            visit, rules, sum_of=sum_of, settlements=settlements, compared=one.compare_rules
        ),
        price_cap=sum_of(cap) if cap is not None else "",
        turnout_shown=ballot["turnout_shown_while_open"],
        draw_day=formats.day(date.fromisoformat(counting["draw"]["day"]), lang),
        draw_value=one.draw_value or "",
        dispute_days=DISPUTE_DAYS,
        projects=tuple(
            ProjectRow(
                row["number"],
                row[f"title_{official}"],
                sum_of(row["price"]),
                in_all(lang, price=row["price"], cofinanced=row.get("cofinanced", 0)),
            )
            for row in rules["projects"]
        ),
        frozen_at=formats.moment(one.frozen_at, lang) if one.frozen_at else "",
        sha256=sha256,
        json_url=f"{base}/rules.json",
        print_url=f"{base}/rules/print",
        round_url=f"{base}/",
        recommendation=recommendation,
        changes=changes,
        off=off,
        named=named,
        rests=rests_in_rules(visit, money.get("basis")),
    )


def moment_in_words(moment: datetime, lang: str, *, last: bool = False) -> str:
    """The day alone where a stage begins at midnight, or ends at it; else with its hour."""
    if formats.hour(moment) != "00:00":
        return f"{formats.day(day_of(moment), lang)}, {formats.hour(moment)}"
    return formats.day(day_of(moment - timedelta(seconds=1) if last else moment), lang)


def changes_of(visit: Visit, entries: Sequence[Entry]) -> tuple[Change, ...]:
    """The edits, oldest first, each with what was and what became of it."""
    return tuple(
        Change(
            when=formats.moment_short(entry.at, visit.lang),
            by_name=entry.by_name,
            rows=changed_rows(entry.facts["changed"], visit.lang),
            why=str(entry.facts.get("why", "")),
        )
        for entry in entries
    )


def changed_rows(changed: Sequence[Mapping[str, Any]], lang: str) -> tuple[Changed, ...]:
    """What is changed, as the record or a request keeps it, in words."""
    return tuple(
        Changed(
            _name(row["name"], lang),
            _said(row["name"], row["old"], lang),
            _said(row["name"], row["new"], lang),
        )
        for row in changed
    )


def _name(name: str, lang: str) -> str:
    if name.startswith("starts."):
        words = translations(lang).gettext(N_("Start of a stage: %(stage)s"))
        return words % {"stage": phrases.label(f"stage.{name.removeprefix('starts.')}", lang)}
    return phrases.label(f"rule.{name}", lang)


def _said(name: str, value: object, lang: str) -> str:
    say = translations(lang).gettext
    if value is None or value == "":
        return say(N_("none"))
    if isinstance(value, bool):
        return say(N_("yes")) if value else say(N_("no"))
    if name == "guarantee_percent":
        return f"{value} %" if value else say(N_("none"))
    if isinstance(value, int):
        return formats.tenge(value) if name in SUMS else str(value)
    if name in NAMED:
        return phrases.label(f"{name}.{value}", lang)
    if name.startswith("starts."):
        return formats.moment(datetime.fromisoformat(str(value)), lang)
    if name in ("of_age_on", "roll_shown_on", "roll_closes_on", "draw_day"):
        return formats.day(date.fromisoformat(str(value)), lang)
    if name == "envelope_kind":
        return phrases.label(f"envelope.{value}", lang)
    return str(value)
