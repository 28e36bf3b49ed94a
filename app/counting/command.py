"""`asar count`: counting a Pabulib file from a terminal, for people and for programs."""

import json
from collections.abc import Sequence
from typing import TextIO

from app.counting import as_published, most_votes, score
from app.counting.as_published import Comparison
from app.counting.outcome import Outcome, Step, Verdict
from app.counting.pabulib import BadFile, PbFile, read_path

RULES = (most_votes.RULE, as_published.RULE)

FINE, DIFFERS, CANNOT = 0, 1, 2


def count_file(
    path: str, *, rule: str, seed: str = "", as_json: bool = False, out: TextIO, err: TextIO
) -> int:
    """Count the file and print the outcome; returns the exit code.

    0: counted. 1: `as-published` gave other winners than the file names. 2: the file cannot be
    read or counted by this rule; `err` says why, with the line for a bad file.
    """
    if rule not in RULES:
        _say(f"rule not supported by this version: {rule} (there is {', '.join(RULES)})", to=err)
        return CANNOT
    if not _is_text(seed):
        _say("the seed is not readable text", to=err)
        return CANNOT
    try:
        file = read_path(path)
    except OSError as wrong:
        _say(f"{path}: {wrong.strerror or wrong}", to=err)
        return CANNOT
    except BadFile as wrong:
        _say(f"{path}: {wrong}", to=err)
        return CANNOT

    if rule == most_votes.RULE:
        outcome = most_votes.count(file.election(seed=seed), points=score.points(file))
        _print(outcome, file, rule=rule, as_json=as_json, out=out)
        return FINE

    objection = as_published.why_not_replayed(file)
    if objection:
        _say(f"{path}: {objection}", to=err)
        return CANNOT
    comparison = as_published.replay(file, seed=seed)
    _print(comparison.outcome, file, rule=rule, as_json=as_json, out=out)
    _print_comparison(comparison, file, err if as_json else out)
    return DIFFERS if comparison.differs else FINE


def _is_text(seed: str) -> bool:
    # An argument that is not UTF-8 reaches Python with surrogates in it and cannot be hashed.
    try:
        seed.encode()
    except UnicodeEncodeError:
        return False
    return True


def _print(outcome: Outcome, file: PbFile, *, rule: str, as_json: bool, out: TextIO) -> None:
    if as_json:
        account = {
            "rule": rule,
            "budget": outcome.amount(outcome.budget),
            "selected": list(outcome.selected),
            "total_cost": outcome.amount(outcome.total_cost),
            "steps": outcome.steps_account(),
        }
        print(json.dumps(account, ensure_ascii=False, indent=2), file=out)
        return
    names = {line.id: "" if line.name == line.id else line.name for line in file.projects}
    facts = [
        ("rule", outcome.rule),
        ("budget", f"{_money(outcome, outcome.budget)} {file.currency}"),
        ("ballots", str(outcome.voters)),
        ("threshold", str(outcome.threshold) if outcome.threshold else "none"),
        ("seed", outcome.seed or "none"),
    ]
    for name, value in facts:
        _say(f"{name + ':':<11}{value}", to=out)
    _say("", to=out)
    head = ("#", "project", outcome.measure, "cost", "left", "", "why", "name")
    rows = [
        (
            str(place),
            step.project,
            str(step.votes),
            "-" if step.verdict is Verdict.WITHDRAWN else _money(outcome, step.cost),
            _money(outcome, step.left_after),
            "+" if step.verdict is Verdict.FUNDED else "-",
            why(step, outcome),
            names[step.project],
        )
        for place, step in enumerate(outcome.steps, start=1)
    ]
    for line in _aligned(head, rows):
        _say(line, to=out)
    _say("", to=out)
    _say(
        f"funded: {len(outcome.selected)} of {len(outcome.steps)} projects for "
        f"{_money(outcome, outcome.total_cost)} {file.currency}",
        to=out,
    )
    _say(f"account: sha256 {outcome.digest}", to=out)


def why(step: Step, outcome: Outcome) -> str:
    """The reason of one step in English."""
    reason = {
        Verdict.FUNDED: "funded",
        Verdict.TOO_DEAR: f"does not fit: {_money(outcome, step.missing)} missing",
        Verdict.BELOW_THRESHOLD: f"below the threshold of {outcome.threshold}",
        Verdict.WITHDRAWN: "withdrawn",
        Verdict.NO_COST: "has no price",
        Verdict.AFTER_STOP: "the rule had stopped",
    }[step.verdict]
    if step.tie_broken_by is None:
        return reason
    by = {"cost": "lower cost first", "votes": "more supporters first", "draw": "by the draw"}
    drawn = f" {step.draw[:8]}…" if step.draw else ""
    return f"{reason}; tied with {', '.join(step.tied_with)}: {by[step.tie_broken_by]}{drawn}"


def _print_comparison(comparison: Comparison, file: PbFile, to: TextIO) -> None:
    differing = as_published.recount_differs(file)
    if differing:
        _say(f"recount: other numbers than published for {', '.join(differing)}", to=to)
    special = file.selected_specially()
    if special:
        marked = ", ".join(f"{project} ({mark})" for project, mark in sorted(special.items()))
        _say(f"specially marked in the file, see its comment: {marked}", to=to)
    if comparison.published is None:
        _say("published: the file does not say who was selected; nothing to compare", to=to)
    elif not comparison.differs:
        _say("published: the same winners", to=to)
    else:
        _say("published: DIFFERS", to=to)
        _say(f"  only here: {', '.join(comparison.only_here) or '-'}", to=to)
        _say(f"  only in the file: {', '.join(comparison.only_published) or '-'}", to=to)


def _money(outcome: Outcome, number: int) -> str:
    whole, point, rest = outcome.amount(number).partition(".")
    return f"{int(whole):,}".replace(",", " ") + point + rest


def _aligned(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Numbers to the right, words to the left, the last column as long as it is."""
    table = [head, *([_printable(cell) for cell in row] for row in rows)]
    widths = [max(len(row[at]) for row in table) for at in range(len(head))]
    right = {"#", "votes", "points", "cost", "left"}
    return [
        "  ".join(
            cell.rjust(width) if name in right else cell.ljust(width)
            for cell, width, name in zip(row, widths, head, strict=True)
        ).rstrip()
        for row in table
    ]


def _printable(text: str) -> str:
    # Names and ids come from strangers; a terminal would obey escape sequences in them.
    return "".join(c if c.isprintable() else " " for c in text)


def _say(line: str, *, to: TextIO) -> None:
    print(_printable(line).rstrip(), file=to)
