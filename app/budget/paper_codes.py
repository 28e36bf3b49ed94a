"""Codes of a paper's row, however its columns part them. Pure."""

from collections.abc import Sequence

from app.budget.models import Side
from app.budget.paper_columns import RECEIPT_CODES, SPENDING_CODES, Code

_LENGTHS = {1: 1, 2: 2, 3: 2, 4: 3, 5: 4, 6: 4}  # digits of a receipt's code → its depth


def codes_of(cells: Sequence[tuple[Code, str]], side: str) -> list[str]:
    """The codes of a row in the order of its side's levels; nothing where it has none."""
    filled = [(kind, code) for kind, code in cells if code]
    if not filled:
        return []
    if len(cells) == 1:
        return _one_code(cells[0][1], side or Side.RECEIPT)
    kinds = {kind for kind, _ in cells}
    levels = SPENDING_CODES if side == Side.SPENDING else RECEIPT_CODES
    if side not in (Side.SPENDING, Side.RECEIPT) and kinds & set(SPENDING_CODES):
        levels = SPENDING_CODES
    found = [""] * len(levels)
    if kinds <= set(levels):
        for kind, code in filled:
            found[levels.index(kind)] = code
    else:  # captions of the other side, or none: by their places
        for place, (_, code) in enumerate(cells[: len(levels)]):
            found[place] = code
    if levels is SPENDING_CODES:
        pad = (2, 1, 3, 3, 3)
        whole = next((code for code in found if len(code) == 6), "")
        if whole:  # 124008 in one cell
            found = ["", "", whole[:3], whole[3:], ""]
        return [code.zfill(pad[place]) if code else "" for place, code in enumerate(found)]
    whole = next((code for code in found if len(code) == 6), "")
    return _one_code(whole, Side.RECEIPT) if whole else found


def _one_code(code: str, side: str) -> list[str]:
    """A code that stands in one column: 101202, 124/008, 008."""
    if side != Side.SPENDING:
        depth = _LENGTHS.get(len(code))
        if depth is None:
            return []
        parts = [code[:1], code[1:3], code[3:4], code[4:6]]
        return [*parts[:depth], *[""] * (4 - depth)]
    place = code.find("124") if len(code) >= 6 else -1
    if place >= 0:
        rest = code[place + 3 :]
        return ["", "", "124", rest[:3], rest[3:6]]
    if len(code) == 3:
        return ["", "", code, "", ""] if code == "124" else ["", "", "", code, ""]
    if len(code) <= 2:
        return [code.zfill(2), "", "", "", ""]
    return ["", "", code[:3], code[3:6], code[6:9]] if len(code) in (6, 9) else []


def receipt_code(path: Sequence[str]) -> str:
    """The code that a path of category, class, subclass and specific makes: 101202."""
    widths = (1, 2, 1, 2)
    found = ""
    for code, width in zip(path, widths, strict=False):
        if not code:
            break
        found += code.lstrip("0").zfill(width)
    return found
