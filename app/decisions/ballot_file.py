"""The published file of a round's ballots: Pabulib's format, nothing of a voter in it."""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from app.core.clock import day_of
from app.counting.election import Project
from app.counting.outcome import Outcome
from app.counting.pabulib import export
from app.counting.recipe import of_outcome, pabulib_rule, remark
from app.places.models import District
from app.rounds.calendar import Calendar
from app.rounds.models import BallotMethod, Round, Stage
from app.rounds.rules import last_day

Counted = tuple[tuple[int, ...], int]  # numbers chosen, and on how many equal ballots


@dataclass(frozen=True, slots=True)
class Line:
    """A project as the frozen rules name it. `price` in tenge."""

    number: int
    title_kk: str
    title_ru: str
    price: int
    withdrawn: bool = False
    settlement: str = ""  # where places have a guaranteed part of the money

    @property
    def project(self) -> Project:
        """The same as it is counted; its id is its number on the ballot."""
        return Project(
            str(self.number), self.price, withdrawn=self.withdrawn, settlement=self.settlement
        )


def ballots_digest(ballots: Iterable[Counted]) -> str:
    """SHA-256 of the ballots alone, in an order that no shuffling changes."""
    lines = sorted(
        f"{','.join(map(str, sorted(chosen)))};{times}" for chosen, times in _together(ballots)
    )
    return sha256("\n".join(lines).encode()).hexdigest()


def write_ballots(
    of: Round,
    *,
    district: District,
    calendar: Calendar,
    lines: Sequence[Line],
    ballots: Iterable[Counted],
    outcome: Outcome,
) -> str:
    """The text of the file; its comment is the command that counts it to this outcome.

    Voters' ids are random and made here, so their order is random too.
    """
    asked = of_outcome(outcome)
    knapsack = of.method == BallotMethod.KNAPSACK
    meta = {
        "description": f"{district.name_kk}: халық қатысатын бюджет, {of.key}",
        "country": "Kazakhstan",
        "unit": f"{district.oblast_kk}, {district.raion_kk}, {district.name_kk}",
        "instance": of.key,
        "rule": pabulib_rule(asked, threshold=of.threshold),
        "date_begin": f"{day_of(calendar.begins(Stage.VOTING)):%d.%m.%Y}",
        "date_end": f"{last_day(calendar, Stage.VOTING):%d.%m.%Y}",
        "language": "kk",
        "currency": of.currency,
        "comment": remark(asked),
    }
    if not knapsack:
        meta["max_length"] = str(min(of.most_choices, len(lines)))
    if of.threshold:
        meta["min_project_score_threshold"] = str(of.threshold)
    selected = frozenset(outcome.selected)
    return export(
        meta=meta,
        budget=of.envelope,
        decimals=of.minor_digits,
        seed=outcome.seed,
        max_sum_cost=of.envelope if knapsack else None,
        projects=[
            (
                line.project,
                {
                    "name": line.title_kk,
                    **({"neighborhood": line.settlement} if outcome.guarantees else {}),
                    "description": line.title_ru,
                    "selected": "1" if line.project.id in selected else "0",
                },
            )
            for line in lines
        ],
        ballots=_named(ballots),
    )


def _named(ballots: Iterable[Counted]) -> Iterator[tuple[str, list[str]]]:
    for chosen, times in ballots:
        for _ in range(times):
            yield secrets.token_hex(8), [str(number) for number in chosen]


def _together(ballots: Iterable[Counted]) -> Iterable[Counted]:
    found: dict[tuple[int, ...], int] = {}
    for chosen, times in ballots:
        key = tuple(sorted(chosen))
        found[key] = found.get(key, 0) + times
    return found.items()
