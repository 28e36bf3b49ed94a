"""By which rule, and with what: as one types it, as a published file says it, and as it is done."""

import re
from dataclasses import dataclass
from fractions import Fraction

from app.counting import equal_shares, most_votes, score
from app.counting.backing import Completion, Utility
from app.counting.commission import Commission, Undecided
from app.counting.outcome import Outcome
from app.counting.pb_file import PbFile

COUNTED_BY = (most_votes.RULE, equal_shares.RULE)
UTILITIES: tuple[Utility, ...] = ("cost", "number")
COMPLETIONS: tuple[Completion, ...] = ("none", "add1", "add1u")

_SHARE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,9})?")
_MONEY = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,18}))?")


class CannotCount(Exception):
    """A file or a wish that cannot be counted; its text is one English sentence."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule and its parameters, every one as text that a published file could say.

    `step_share` is a part of the first share, `step_money` an amount of the file's currency; one of
    the two, or neither for the default. `exclusive`: groups of projects of which one can win;
    `parts`: settlement (the file's column `neighborhood`) and the amount kept for it first;
    `decided`: orders of equal projects that a commission put on the record.
    """

    rule: str = most_votes.RULE
    utility: str = "cost"
    completion: str = "add1u"
    step_share: str = ""
    step_money: str = ""
    stop_when_exhaustive: bool = False
    seed: str = ""
    exclusive: tuple[tuple[str, ...], ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    decided: tuple[tuple[str, ...], ...] = ()

    def why_not(self) -> str | None:
        """An English sentence about what was asked wrongly, whatever the file; None when fine."""
        if self.rule not in COUNTED_BY:
            return f"no such rule: {self.rule} (there is {', '.join(COUNTED_BY)}, as-published)"
        if self.utility not in UTILITIES:
            return f"no such utility: {self.utility} (there is {', '.join(UTILITIES)})"
        if self.completion not in COMPLETIONS:
            return f"no such completion: {self.completion} (there is {', '.join(COMPLETIONS)})"
        if self.step_share and self.step_money:
            return "a step is either a part of the share or an amount of money, not both"
        if self.step_share and not _share(self.step_share):
            return f"not a part of the share, such as 0.001: {self.step_share!r}"
        if self.step_money and not _MONEY.fullmatch(self.step_money):
            return f"not an amount of money: {self.step_money!r}"
        if not _is_text(self.seed):
            return "the seed is not readable text"
        return None


def count(file: PbFile, asked: Asked) -> Outcome:
    """Count a file as asked; CannotCount where this file cannot be counted so."""
    objection = asked.why_not()
    if objection:
        raise CannotCount(objection)
    commission = Commission(asked.decided) if asked.decided else None
    try:
        election = file.election(
            seed=asked.seed,
            exclusions=asked.exclusive,
            guarantees={place: _units(text, file.decimals) for place, text in asked.parts},
        )
        if asked.rule == most_votes.RULE:
            return most_votes.count(election, points=score.points(file), commission=commission)
        return equal_shares.count(
            election,
            utility=_utility(asked),
            completion=_completion(asked),
            points=score.marked_ballots(file),
            step_share=_share(asked.step_share) or equal_shares.STEP_SHARE,
            step_money=_units(asked.step_money, file.decimals) if asked.step_money else None,
            stop_when_exhaustive=asked.stop_when_exhaustive,
            commission=commission,
        )
    except (ValueError, Undecided) as wrong:
        raise CannotCount(str(wrong)) from wrong


def _utility(asked: Asked) -> Utility:
    return next(one for one in UTILITIES if one == asked.utility)


def _completion(asked: Asked) -> Completion:
    return next(one for one in COMPLETIONS if one == asked.completion)


def _share(text: str) -> Fraction | None:
    share = Fraction(text) if _SHARE.fullmatch(text) else None
    return share or None


def _units(text: str, decimals: int) -> int:
    """An amount of the currency in the file's smallest units."""
    found = _MONEY.fullmatch(text)
    rest = ((found[2] or "") if found else "").rstrip("0")
    if not found or len(rest) > decimals:
        raise CannotCount(f"not an amount of this file's money, {decimals} decimals: {text!r}")
    return int(found[1] + rest.ljust(decimals, "0"))


def _is_text(seed: str) -> bool:
    # An argument that is not UTF-8 reaches Python with surrogates in it and cannot be hashed.
    try:
        seed.encode()
    except UnicodeEncodeError:
        return False
    return True
