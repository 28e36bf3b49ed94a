"""Results to take away: a table and the whole account, from the stored outcome."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from app.counting.outcome import amount_text
from app.decisions.models import Body, TieDecision, Word
from app.decisions.queries import Result
from app.places.models import District
from app.proposals.models import Proposal
from app.rounds.models import Round
from app.voting.models import Turnout

COLUMNS = (
    "rank",
    "number",
    "proposal",
    "title_kk",
    "title_ru",
    "votes",
    "price",
    "currency",
    "cofinanced",
    "result",
    "left_before",
    "left_after",
    "missing",
    "tied_with",
    "tie_broken_by",
    "draw",
    *(f"{body}{part}" for body in Body for part in ("", "_amount", "_act", "_date", "_departs")),
    # Newer columns stand behind the older ones, so that whoever reads by place is not misled.
    "supporters",
    "paid_from",
    "rival",
    "part",
    "part_left_before",
    "part_left_after",
    "turn",
    "supporters_had",
    "support",
    "price_each",
    "effective_votes",
    "paid_all",
    "paid_part",
    "paid_nothing",
    "short_after",
    "taken_from_supporters",
    "other_rule",
)
FORMAT = 1  # keys were only added since
# What the keys mean, in the file itself.
SCHEMA = {
    "amounts": "decimal text in whole units of `currency`",
    "outcome": "the account of the count; its canonical text has the SHA-256 `outcome_sha256`",
    "outcome.steps": "every project in the order of the count",
    "projects": "the same steps with titles and with what every body said after the vote",
    "turn": "Equal Shares: the turn in which the project was bought",
    "supporters_had": "Equal Shares: what its supporters had left of their shares at its turn",
    "support": "Equal Shares: supporters_had through price, at most 1",
    "price_each": "Equal Shares: the most that one supporter paid",
    "effective_votes": "Equal Shares: price through price_each",
    "paid_all": "people who paid price_each; paid_part: less; paid_nothing: nothing",
    "short_after": "Equal Shares: the turn after which there was too little; 0: from the start",
    "taken_from_supporters": "PROJECT=AMOUNT: where their money had gone",
    "paid_from": "guarantee, shares or remainder; empty: the budget",
    "other_rule": "1: the compared rule takes it too or instead; empty: nothing is compared",
    "compared": "a comparison that decides nothing: `outcome` of the other rule, and for how many "
    "voters which rule is better; `first` is the binding rule",
    "recount": "the command that counts ballots.pb again",
    "documentation": "docs/count.md of the program's source",
}
Words = Mapping[str, Mapping[Body, Word]]


def rows(
    of: Round, result: Result, proposals: Mapping[str, Proposal], words: Words
) -> list[dict[str, Any]]:
    """One row a project, in the order of the count; amounts as decimal text."""
    found = []
    other = frozenset(result.compared.other.selected) if result.compared else None
    for rank, step in enumerate(result.outcome.steps_account(), start=1):
        proposal = proposals[step["project"]]
        row: dict[str, Any] = {
            "rank": rank,
            "number": step["project"],
            "proposal": proposal.number,
            "title_kk": proposal.title_kk or proposal.title,
            "title_ru": proposal.title_ru or proposal.title,
            "votes": step["votes"],
            "price": step["cost"],
            "currency": of.currency,
            "cofinanced": str(proposal.cofinanced) if proposal.cofinanced else "",
            "result": step["verdict"],
            "left_before": step["left_before"],
            "left_after": step["left_after"],
            "missing": step["missing"],
            "tied_with": " ".join(step["tied_with"]),
            "tie_broken_by": step["tie_broken_by"] or "",
            "draw": step["draw"] or "",
        }
        for body in Body:
            row |= _word(body, words.get(proposal.id, {}).get(body))
        row |= _shares(step)
        row["other_rule"] = "" if other is None else int(step["project"] in other)
        found.append(row)
    return found


def _shares(step: dict[str, Any]) -> dict[str, Any]:
    """What only richer accounts say of a project; empty where they do not."""
    backing, part = step.get("backing") or {}, step.get("part") or {}
    paid = [people for people, _ in backing.get("payers", ())]
    return {
        "supporters": step["supporters"],
        "paid_from": step.get("paid_from") or "",
        "rival": step.get("rival") or "",
        "part": part.get("settlement", ""),
        "part_left_before": part.get("left_before", ""),
        "part_left_after": part.get("left_after", ""),
        "turn": backing.get("turn") or "",
        "supporters_had": backing.get("had", ""),
        "support": backing.get("support", ""),
        "price_each": backing.get("price_amount") or "",
        "effective_votes": backing.get("effective_votes") or "",
        "paid_all": paid[0] if paid else "",
        "paid_part": sum(paid[1:-1]) if paid else "",
        "paid_nothing": paid[-1] if paid else "",
        "short_after": "" if (after := backing.get("short_after")) is None else after,
        "taken_from_supporters": " ".join(f"{who}={n}" for who, n in backing.get("takers", ())),
    }


def _word(body: Body, word: Word | None) -> dict[str, Any]:
    return {
        f"{body}": word.said if word else "",
        f"{body}_amount": word.amount if word and word.amount is not None else "",
        f"{body}_act": word.act_number if word else "",
        f"{body}_date": word.act_date.isoformat() if word and word.act_date else "",
        f"{body}_departs": word.departs if word else "",
    }


def as_csv(of: Round, result: Result, proposals: Mapping[str, Proposal], words: Words) -> bytes:
    """A table for spreadsheets: UTF-8 with a mark, so that they show Kazakh letters."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in rows(of, result, proposals, words):
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return out.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    # A spreadsheet would run a text that begins like a formula.
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t"):
        return f"'{value}"
    return value


def as_json(
    district: District,
    of: Round,
    result: Result,
    proposals: Mapping[str, Proposal],
    words: Words,
    turnout: Turnout | None,
    *,
    recount: str,
    ties: Sequence[TieDecision] = (),
) -> bytes:
    """The whole account with what it hangs on. `format` names the schema, `schema` explains it.

    `recount` is the command that counts the published ballots again.
    """
    compared = result.compared
    known = {
        "format": FORMAT,
        "schema": SCHEMA,
        "district": {
            "kato": district.kato,
            "slug": district.slug,
            "name_kk": district.name_kk,
            "name_ru": district.name_ru,
        },
        "round": of.key,
        "budget_year": of.budget_year,
        "currency": of.currency,
        "envelope": amount_text(of.envelope, of.minor_digits),
        "imported_from": of.imported_from or None,
        "counted_at": result.at.isoformat(),
        "rules_sha256": of.rules_sha256,
        "draw_value": result.draw_value or None,
        "ballots_sha256": result.ballots_sha256,
        "outcome_sha256": result.outcome_sha256,
        "recount": recount,
        "outcome": result.outcome.account(),
        "compared": compared and {"outcome": compared.other.account(), **asdict(compared.held)},
        "commission": [
            {
                "ordered": one.ordered,
                "act": one.act_number,
                "date": one.act_date.isoformat(),
                "words_kk": one.words_kk,
                "words_ru": one.words_ru,
            }
            for one in ties
        ],
        "turnout": _turnout(turnout),
        "projects": rows(of, result, proposals, words),
    }
    return json.dumps(known, ensure_ascii=False, indent=1).encode()


def _turnout(turnout: Turnout | None) -> dict[str, int] | None:
    if turnout is None:
        return None
    names = (
        "eligible",
        "online",
        "printed",
        "paper_issued",
        "paper_counted",
        "paper_spoiled",
        "paper_unsettled",
        "paper_missing",
    )
    return {name: getattr(turnout, name) for name in names}
