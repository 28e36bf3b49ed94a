"""The sheets of cards as PDF, where typst is installed (the extra `pdf`).

What is printed reaches the template as JSON and only as JSON: to typst it is data, so a name with
`#`, `$` or brackets in it is a name.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib.util import find_spec

from app.web.card_sheets import CardWords, ListGroup, PrintedCard
from app.web.render import ROOT

SHEETS = ROOT / "templates" / "people" / "card_sheets.typ"


def offered() -> bool:
    """Whether this installation can make PDF."""
    return find_spec("typst") is not None


def sheets_pdf(
    words: CardWords,
    cards: Sequence[PrintedCard],
    groups: Sequence[ListGroup],
    *,
    heads: Sequence[str],
    title: str,
    lang: str,
) -> bytes:
    """Four cards on a page, then the list to sign. `heads` are the list's column heads."""
    import typst

    data = {
        "words": asdict(words),
        "cards": [{**asdict(card), "qr": str(card.qr)} for card in cards],
        "groups": [asdict(group) for group in groups],
        "heads": list(heads),
        "title": title,
        "lang": lang,
    }
    compiler = typst.Compiler(
        SHEETS.read_bytes(),
        root=SHEETS.parent,
        ignore_system_fonts=True,  # the same sheets on every machine
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    made = compiler.compile(format="pdf")
    assert isinstance(made, bytes)
    return made
