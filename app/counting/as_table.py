"""An outcome as a table for spreadsheets: one row a project, in the order of the count."""

import csv
import io
from collections.abc import Mapping

from app.counting.outcome import Outcome, Verdict, step_account

COLUMNS = (
    "turn",
    "project",
    "name",
    "votes",
    "supporters",
    "cost",
    "funded",
    "verdict",
    "paid_from",
    "left_before",
    "left_after",
    "missing",
    "supporters_had",
    "price",
    "effective_votes",
    "rival",
    "tied_with",
    "tie_broken_by",
    "draw",
)


def rows(outcome: Outcome, names: Mapping[str, str]) -> list[dict[str, str]]:
    """The rows by column name; amounts as decimal text, empty where something does not apply."""
    found = []
    for turn, step in enumerate(outcome.steps, start=1):
        account = step_account(step, outcome.decimals, richer=True)
        backing = account.pop("backing") or {}
        account |= {
            "turn": turn,
            "name": names.get(step.project, ""),
            "funded": int(step.verdict is Verdict.FUNDED),
            "tied_with": " ".join(step.tied_with),
            "supporters_had": backing.get("had"),
            "price": backing.get("price_amount"),
            "effective_votes": backing.get("effective_votes"),
        }
        found.append({key: "" if account[key] is None else str(account[key]) for key in COLUMNS})
    return found


def as_csv(outcome: Outcome, names: Mapping[str, str]) -> str:
    """The table as text; with a mark before it (utf-8-sig) spreadsheets show every letter."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows(outcome, names):
        writer.writerow({key: _cell(text) for key, text in row.items()})
    return out.getvalue()


def _cell(text: str) -> str:
    # A spreadsheet would run a text that begins like a formula.
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
