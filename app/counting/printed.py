"""Outcomes as text for a terminal, in English: what is printed obeys nothing that a file says."""

from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from typing import TextIO

from app.counting.as_published import Comparison, recount_differs
from app.counting.outcome import Outcome, Purse, Step, Verdict
from app.counting.pb_file import PbFile

BROKEN_BY = {
    "cost": "lower cost first",
    "votes": "more supporters first",
    "draw": "by the draw",
    "commission": "by the commission",
}

NUMBERS = {"#", "votes", "points", "cost", "left", "winners", "voters with nothing"}
MOST_NAMED = 5


def printable(text: str) -> str:
    """The text with a space for all that a terminal would obey: names come from strangers."""
    return "".join(c if c.isprintable() else " " for c in text)


def never_choke(*streams: TextIO) -> None:
    """A terminal that lacks a letter of Kazakh gets the letter's number instead of a crash."""
    for stream in streams:
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(line: str, *, to: TextIO) -> None:
    """One line, safe to print."""
    print(printable(line).rstrip(), file=to)


def money(outcome: Outcome, number: int) -> str:
    """An amount with its thousands apart: `12 500 000`."""
    whole, point, rest = outcome.amount(number).partition(".")
    return f"{int(whole):,}".replace(",", " ") + point + rest


def names_of(file: PbFile) -> dict[str, str]:
    """Project id → name, empty where the file has none."""
    return {line.id: "" if line.name == line.id else line.name for line in file.projects}


def print_outcome(outcome: Outcome, file: PbFile, *, out: TextIO) -> None:
    """The whole count: what was asked, every project's turn and reason, what came out."""
    facts = [
        ("rule", outcome.rule),
        ("budget", f"{money(outcome, outcome.budget)} {file.currency}"),
        ("ballots", str(outcome.voters)),
        ("threshold", str(outcome.threshold) if outcome.threshold else "none"),
        ("seed", outcome.seed or "none"),
        *_facts_of_shares(outcome, file),
    ]
    width = max(len(name) for name, _ in facts) + 2
    for name, value in facts:
        say(f"{name + ':':<{width}}{value}", to=out)
    say("", to=out)
    for line in _table(outcome, names_of(file)):
        say(line, to=out)
    say("", to=out)
    say(
        f"funded: {len(outcome.selected)} of {len(outcome.steps)} projects for "
        f"{money(outcome, outcome.total_cost)} {file.currency}",
        to=out,
    )
    say(f"account: sha256 {outcome.digest}", to=out)


def _facts_of_shares(outcome: Outcome, file: PbFile) -> list[tuple[str, str]]:
    shares = outcome.shares
    if shares is None:
        return []
    step = (
        f"{money(outcome, shares.step_money)} {file.currency}"
        if shares.step_money is not None
        else f"{shares.step_share} of the first share"
    )
    facts = [("utility", shares.utility), ("completion", shares.completion)]
    account = shares.account(outcome.decimals)
    if shares.completion == "none":
        return [*facts, ("share", f"{account['share_amount']} {file.currency}")]
    return [
        *facts,
        ("step", step + (", stops when exhaustive" if shares.stop_when_exhaustive else "")),
        (
            "share",
            f"{account['share_amount']} {file.currency}".rstrip()
            + f" after {shares.increases} steps",
        ),
    ]


def _table(outcome: Outcome, names: dict[str, str]) -> list[str]:
    head: tuple[str, ...] = ("#", "project", outcome.measure, "cost", "left", "", "why", "name")
    rows = [
        (
            str(place),
            step.project,
            str(step.votes),
            "-" if step.verdict is Verdict.WITHDRAWN else money(outcome, step.cost),
            money(outcome, step.left_after),
            "+" if step.verdict is Verdict.FUNDED else "-",
            why(step, outcome),
            names[step.project],
        )
        for place, step in enumerate(outcome.steps, start=1)
    ]
    return aligned(head, rows)


def why(step: Step, outcome: Outcome) -> str:
    """The reason of one step in English."""
    reason = {
        Verdict.FUNDED: _how_funded(step),
        Verdict.TOO_DEAR: _how_it_did_not_fit(step, outcome),
        Verdict.SHORT: f"its supporters had {money(outcome, step.missing)} too little",
        Verdict.BELOW_THRESHOLD: f"below the threshold of {outcome.threshold}",
        Verdict.WITHDRAWN: "withdrawn",
        Verdict.NO_COST: "has no price",
        Verdict.AFTER_STOP: "the rule had stopped",
        Verdict.RIVAL_TAKEN: f"excluded by {step.rival}",
    }[step.verdict]
    if step.tie_broken_by is None:
        return reason
    drawn = f" {step.draw[:8]}…" if step.draw else ""
    return f"{reason}; tied with {tied(step)}: {BROKEN_BY[step.tie_broken_by]}{drawn}"


def tied(step: Step) -> str:
    """The ids of the projects that this one was tied with, the first of many."""
    more = len(step.tied_with) - MOST_NAMED
    named = ", ".join(step.tied_with[:MOST_NAMED])
    return f"{named} and {more} more" if more > 0 else named


def _how_it_did_not_fit(step: Step, outcome: Outcome) -> str:
    if step.backing and step.cost > step.backing.had:
        lacked = money(outcome, step.cost - step.backing.had)
        return f"its supporters had {lacked} too little, the rest {money(outcome, step.missing)}"
    return f"does not fit: {money(outcome, step.missing)} missing"


def _how_funded(step: Step) -> str:
    if step.paid_from is Purse.GUARANTEE and step.part:
        return f"funded from the part of {step.part.settlement}"
    if step.paid_from is Purse.REMAINDER:
        return "filled up from the remainder"
    return "funded"


def print_comparison(comparison: Comparison, file: PbFile, *, to: TextIO) -> None:
    """What the file itself says beside what was counted."""
    step = comparison.step
    if step:
        say(
            f"comparison step: more under equal shares {step.by_number.first}, "
            f"more under most votes {step.by_number.second}, equal {step.by_number.same}",
            to=to,
        )
    differing = recount_differs(file)
    if differing:
        say(f"recount: other numbers than published for {', '.join(differing)}", to=to)
    special = file.selected_specially()
    if special:
        marked = ", ".join(f"{project} ({mark})" for project, mark in sorted(special.items()))
        say(f"specially marked in the file, see its comment: {marked}", to=to)
    if comparison.published is None:
        say("published: the file does not say who was selected; nothing to compare", to=to)
    elif not comparison.differs:
        say("published: the same winners", to=to)
    else:
        say("published: DIFFERS", to=to)
        say(f"  only here: {', '.join(comparison.only_here) or '-'}", to=to)
        say(f"  only in the file: {', '.join(comparison.only_published) or '-'}", to=to)


def aligned(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Numbers to the right, words to the left, the last column as long as it is."""
    table = [head, *([printable(cell) for cell in row] for row in rows)]
    widths = [max(len(row[at]) for row in table) for at in range(len(head))]
    return [
        "  ".join(
            cell.rjust(width) if name in NUMBERS else cell.ljust(width)
            for cell, width, name in zip(row, widths, head, strict=True)
        ).rstrip()
        for row in table
    ]
