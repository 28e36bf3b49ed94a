"""`asar count`, `explain` and `compare`: a Pabulib file on a terminal, for people and programs.

Every one returns its exit code. 0: done. 1: `as-published` gave other winners than the file names.
2: the file cannot be read, or not be counted so; `err` says why, with the line of a bad file.
"""

import json
from dataclasses import replace
from typing import Any, TextIO

from app.counting import as_published, as_table, equal_shares, most_votes
from app.counting.as_published import Comparison
from app.counting.asked import Asked, CannotCount, count
from app.counting.explained import explain
from app.counting.outcome import Outcome
from app.counting.pabulib import BadFile, PbFile, read_path
from app.counting.printed import names_of, print_comparison, print_outcome, say
from app.counting.two_rules import TwoRules

RULES = (most_votes.RULE, equal_shares.RULE, as_published.RULE)

FINE, DIFFERS, CANNOT = 0, 1, 2


def count_file(
    path: str,
    *,
    asked: Asked,
    as_json: bool = False,
    as_csv: bool = False,
    out: TextIO,
    err: TextIO,
) -> int:
    """Count the file and print the outcome."""
    try:
        file, comparison = _counted(path, asked)
    except CannotCount as wrong:
        return _cannot(wrong, err)
    outcome = comparison.outcome
    if as_json:
        _print_json(count_account(outcome, rule=asked.rule), out)
    elif as_csv:
        print("\ufeff" + as_table.as_csv(outcome, names_of(file)), end="", file=out)
    else:
        print_outcome(outcome, file, out=out)
    if asked.rule != as_published.RULE:
        return FINE
    print_comparison(comparison, file, to=err if as_json or as_csv else out)
    return DIFFERS if comparison.differs else FINE


def count_account(outcome: Outcome, *, rule: str) -> dict[str, Any]:
    """What `asar count --json` prints; `shares` only where Equal Shares counted."""
    account = outcome.account()
    known = {
        "rule": rule,
        **{key: account[key] for key in ("budget", "selected", "total_cost", "steps")},
    }
    return {**known, "shares": account["shares"]} if outcome.shares else known


def explain_project(
    path: str, project: str, *, asked: Asked, as_json: bool = False, out: TextIO, err: TextIO
) -> int:
    """Say why one project won or lost. Without a rule: the file's own, or most votes where it
    names none."""
    try:
        file = _opened(path)
        asked = replace(asked, rule=asked.rule or _own_rule(file))
        outcome = _count(file, asked, path).outcome
        try:
            explained = explain(file, outcome, project.strip())
        except KeyError:
            raise CannotCount(f"{path}: there is no project {project!r}") from None
    except CannotCount as wrong:
        return _cannot(wrong, err)
    if as_json:
        _print_json(explained.account(), out)
        return FINE
    for sentence in explained.sentences():
        say(sentence, to=out)
    say(f"Rule: {outcome.rule}.", to=out)
    return FINE


def compare_file(
    path: str, *, asked: Asked, as_json: bool = False, out: TextIO, err: TextIO
) -> int:
    """Hold most votes against Equal Shares; `asked` says how that is counted."""
    try:
        file = _opened(path)
        by_votes = _count(file, replace(asked, rule=most_votes.RULE), path).outcome
        by_shares = _count(file, replace(asked, rule=equal_shares.RULE), path).outcome
    except CannotCount as wrong:
        return _cannot(wrong, err)
    rules = TwoRules.of(file, by_votes, by_shares)
    if as_json:
        _print_json(rules.account(), out)
    else:
        rules.print(out)
    return FINE


def _counted(path: str, asked: Asked) -> tuple[PbFile, Comparison]:
    # What was asked wrongly is said before a large file is read.
    own = asked.rule == as_published.RULE
    objection = (replace(asked, rule=most_votes.RULE) if own else asked).why_not()
    if objection:
        raise CannotCount(objection)
    file = _opened(path)
    return file, _count(file, asked, path)


def _opened(path: str) -> PbFile:
    try:
        return read_path(path)
    except OSError as wrong:
        raise CannotCount(f"{path}: {wrong.strerror or wrong}") from None
    except BadFile as wrong:
        raise CannotCount(f"{path}: {wrong}") from None


def _count(file: PbFile, asked: Asked, path: str) -> Comparison:
    try:
        if asked.rule == as_published.RULE:
            return as_published.replay(file, seed=asked.seed)
        return Comparison(count(file, asked), None)
    except CannotCount as wrong:
        raise CannotCount(f"{path}: {wrong}") from None


def _own_rule(file: PbFile) -> str:
    if as_published.why_not_replayed(file) is None:
        return as_published.RULE
    return most_votes.RULE


def _cannot(wrong: CannotCount, err: TextIO) -> int:
    say(str(wrong), to=err)
    return CANNOT


def _print_json(account: dict[str, Any], out: TextIO) -> None:
    print(json.dumps(account, ensure_ascii=False, indent=2), file=out)
