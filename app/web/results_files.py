"""Results to take away: a table and the whole account, from the stored outcome."""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from app.counting.outcome import amount_text
from app.decisions.models import Body, Word
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
)
Words = Mapping[str, Mapping[Body, Word]]


def rows(
    of: Round, result: Result, proposals: Mapping[str, Proposal], words: Words
) -> list[dict[str, Any]]:
    """One row a project, in the order of the count; amounts as decimal text."""
    found = []
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
        found.append(row)
    return found


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
) -> bytes:
    """The whole account with what it hangs on; the schema is named by `format`."""
    known = {
        "format": 1,
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
        "outcome": result.outcome.account(),
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
