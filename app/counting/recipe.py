"""The rule and its parameters in a published file: one comment of META that a program can follow.

Pabulib's `rule` has words for a few rules and for none of their parameters, and its META takes no
keys of one's own. Its `comment` takes numbered remarks, so one of them is the command line:
`#1: counted with: asar count FILE.pb --rule equal-shares --completion add1u --seed 2026`.
"""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from app.counting import equal_shares, most_votes
from app.counting.amounts import rounded_text
from app.counting.asked import COUNTED_BY, Asked, CannotCount
from app.counting.outcome import Outcome

COMMAND = "counted with: asar count FILE.pb "
_REMARK = re.compile(rf"(?:^|\s)#[0-9]+: {re.escape(COMMAND)}(.*?)(?=\s#[0-9]+: |$)", re.DOTALL)

_TEXTS = ("utility", "completion", "step_share", "step_money")


def remark(asked: Asked, *, number: int = 1) -> str:
    """The remark about this count, to be put into a file's comment. ValueError where it cannot be
    read back, as with a seed of two lines."""
    line = f"#{number}: {COMMAND}{shlex.join(_words(asked))}"
    if " ".join(line.split()) != line or asked_by(line) != asked:
        raise ValueError("these parameters cannot be told in a comment")
    return line


def of_outcome(outcome: Outcome) -> Asked:
    """What was asked for an outcome of ours; ValueError for a replay by another rule's name."""
    if outcome.rule not in COUNTED_BY:
        raise ValueError(f"not a rule that can be asked for: {outcome.rule}")
    asked = Asked(
        rule=outcome.rule,
        seed=outcome.seed,
        exclusive=outcome.exclusions,
        parts=tuple((place, outcome.amount(part)) for place, part in outcome.guarantees),
        decided=outcome.decided or (),
    )
    shares = outcome.shares
    if shares is None:
        return asked
    step_share = shares.step_share
    usual = step_share is None or step_share == equal_shares.STEP_SHARE
    return replace(
        asked,
        # Where ballots carry points they are the utility, whatever is asked for.
        utility=asked.utility if shares.utility == "points" else shares.utility,
        completion=shares.completion,
        step_share="" if usual else rounded_text(step_share or Fraction(0), 0, further=9),
        step_money="" if shares.step_money is None else outcome.amount(shares.step_money),
        stop_when_exhaustive=shares.stop_when_exhaustive,
    )


def pabulib_rule(asked: Asked, *, threshold: int = 0) -> str:
    """The closest of Pabulib's own names for the rule; `unknown` where it has none."""
    if asked.rule == most_votes.RULE:
        if asked.parts:
            return "greedy-custom"
        if asked.exclusive:
            return "greedy-exclusive"
        return "greedy-threshold" if threshold else "greedy"
    plain = asked.completion == "none" and not asked.exclusive and not threshold
    return "equalshares" if plain and asked.utility == "cost" else "unknown"


def asked_by(comment: str) -> Asked | None:
    """What a file's comment asks for; None where it has no such remark.

    Raises CannotCount where the remark cannot be followed: nothing is guessed.
    """
    found = _REMARK.search(comment)
    if not found:
        return None
    try:
        words = shlex.split(found[1])
    except ValueError as wrong:
        raise CannotCount(f"the command in the file's comment is broken: {wrong}") from None
    asked, rest = Asked(), iter(words)
    for word in rest:
        asked = _with(asked, word, rest)
    objection = asked.why_not()
    if objection:
        raise CannotCount(f"the command in the file's comment cannot be followed: {objection}")
    return asked


def renumbered(comment: str, ids: Mapping[str, str]) -> str:
    """A comment whose command names other ids for the same projects; the rest stays as it is.

    Raises CannotCount where the command cannot be followed, ValueError where it names no project.
    """
    asked, found = asked_by(comment), _REMARK.search(comment)
    if asked is None or found is None:
        return comment

    def known(groups: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        if not all(one in ids for group in groups for one in group):
            raise ValueError("the command in the file's comment names an unknown project")
        return tuple(tuple(ids[one] for one in group) for group in groups)

    asked = replace(asked, exclusive=known(asked.exclusive), decided=known(asked.decided))
    return comment[: found.start(1)] + shlex.join(_words(asked)) + comment[found.end(1) :]


def _words(asked: Asked) -> Iterator[str]:
    default = Asked()
    yield from ("--rule", asked.rule)
    for field in _TEXTS:
        if getattr(asked, field) != getattr(default, field):
            yield from (f"--{field.replace('_', '-')}", getattr(asked, field))
    if asked.stop_when_exhaustive:
        yield "--stop-when-exhaustive"
    for group in asked.exclusive:
        yield from ("--exclusive", ",".join(group))
    for place, amount in asked.parts:
        yield from ("--part", f"{place}={amount}")
    for order in asked.decided:
        yield from ("--decided", ",".join(order))
    if asked.seed:
        yield from ("--seed", asked.seed)


def _with(asked: Asked, word: str, rest: Iterator[str]) -> Asked:
    if word == "--stop-when-exhaustive":
        return replace(asked, stop_when_exhaustive=True)
    value = next(rest, None)
    if value is None:
        raise CannotCount(f"the command in the file's comment ends after {word}")
    match word:
        case "--rule" | "--seed" | "--utility" | "--completion" | "--step-share" | "--step-money":
            fields = {word.removeprefix("--").replace("-", "_"): value}
            return replace(asked, **fields)  # type: ignore[arg-type]
        case "--exclusive":
            return replace(asked, exclusive=(*asked.exclusive, _ids(value)))
        case "--part":
            return replace(asked, parts=(*asked.parts, _part(value)))
        case "--decided":
            return replace(asked, decided=(*asked.decided, _ids(value)))
    raise CannotCount(f"the command in the file's comment has an option unknown here: {word}")


def wanted(
    *,
    rule: str,
    utility: str = "",
    completion: str = "",
    step_share: str = "",
    step_money: str = "",
    stop_when_exhaustive: bool = False,
    seed: str = "",
    exclusive: Iterable[str] | None = None,
    part: Iterable[str] | None = None,
    decided: Iterable[str] | None = None,
) -> Asked:
    """What somebody asked for at a terminal; CannotCount where an option means nothing there."""
    of_shares = (utility, completion, step_share, step_money, stop_when_exhaustive)
    if any(of_shares) and rule != equal_shares.RULE:
        raise CannotCount(
            "--utility, --completion, --step-share, --step-money and --stop-when-exhaustive "
            "belong to --rule equal-shares"
        )
    if rule == "as-published" and (exclusive or part or decided):
        raise CannotCount("as-published takes groups, parts and decisions from the file itself")
    usual = Asked()
    return Asked(
        rule=rule,
        utility=utility or usual.utility,
        completion=completion or usual.completion,
        step_share=step_share,
        step_money=step_money,
        stop_when_exhaustive=stop_when_exhaustive,
        seed=seed,
        exclusive=tuple(map(_ids, exclusive or ())),
        parts=tuple(map(_part, part or ())),
        decided=tuple(map(_ids, decided or ())),
    )


def _ids(text: str) -> tuple[str, ...]:
    """Project ids from their list with commas."""
    return tuple(map(str.strip, text.split(",")))


def _part(text: str) -> tuple[str, str]:
    """A settlement and its amount from `NAME=AMOUNT`; CannotCount for anything else."""
    place, sign, amount = text.rpartition("=")
    if not sign or not place.strip() or not amount.strip():
        raise CannotCount(f"not a place and its part, such as Сұрат=1000000: {text!r}")
    return place.strip(), amount.strip()
