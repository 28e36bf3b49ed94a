"""What neighbours give counts in the price: in the rules' hash, in the paper, in what is paid."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from app.core.refusal import Refusal
from app.decisions.models import Body, Said
from app.decisions.rules import Saying, why_not_say
from app.proposals.models import Verdict
from app.proposals.review_rules import Preparation, what_is_missing
from app.web.priced import in_all, missing_words

TODAY = date(2026, 12, 20)
ADMIT = {
    "reason_kk": "Бағасы порталдан алынды", "reason_ru": "Цена взята с портала",
    "title_kk": "Шам", "title_ru": "Фонарь", "short_kk": "Шам", "short_ru": "Фонарь",
}  # fmt: skip


@pytest.mark.parametrize(
    ("price", "given", "promised", "refused"),
    [
        (4_500_000, 500_000, 500_000, []),
        (4_500_000, 500_000, 499_999, [("review.more_than_pledged", "cofinanced")]),
        (0, 500_000, 500_000, [("review.all_given", "cofinanced")]),
        (-1, 500_000, 500_000, [("review.all_given", "cofinanced")]),
        (0, 0, 500_000, [("form.too_small", "price")]),
        (5_000_001, 900_000, 900_000, [("review.over_cap", "price")]),
        (5_000_000, 9_000_000, 9_000_000, []),  # the cap is on what the budget pays
    ],
)
def test_a_price_is_lowered_by_what_is_confirmed_alone(
    price: int, given: int, promised: int, refused: list[tuple[str, str]]
) -> None:
    of = Preparation(Verdict.ADMIT, price=price, cofinanced=given, **ADMIT)
    found = what_is_missing(of, cap=5_000_000, envelope=12_000_000, today=TODAY, promised=promised)
    assert [(why.code, why.field) for why in found] == refused


@pytest.mark.parametrize(
    ("body", "amount", "cofinanced", "before", "refused"),
    [
        (Body.AKIM, 4_500_000, 500_000, None, ""),
        (Body.AKIM, 4_500_001, 500_000, None, "decisions.above_price"),
        (Body.RAION, 5_000_000, 500_000, None, "decisions.above_price"),
        (Body.MASLIKHAT, 5_000_000, 500_000, None, "decisions.above_price"),
        (Body.MASLIKHAT, 5_000_000, 500_000, "4", ""),  # a new act refines the first
        (Body.MASLIKHAT, 5_000_000, 500_000, "5", "decisions.above_price"),  # a slip of the pen
        (Body.AKIM, 5_000_000, 500_000, "4", "decisions.above_price"),
        (Body.MASLIKHAT, 5_000_000, 0, None, ""),  # where nobody gives, as ever
    ],
)
def test_the_budget_never_pays_the_neighbours_part_without_a_refinement(
    body: Body, amount: int, cofinanced: int, before: str | None, refused: str
) -> None:
    words = {"words_kk": "Келісемін", "words_ru": "Согласен"}
    said: dict[str, Any] = {**words, "corrects_why_kk": "Нақтыланды", "corrects_why_ru": "Уточнено"}
    saying = Saying(body=body, said=Said.AGREED, amount=amount, act_date=TODAY, act_number="5",
                    act_type="order", ends_on=date(2027, 9, 1), **said)  # fmt: skip
    newest: Any = SimpleNamespace(act_number=before) if before else None
    why = why_not_say(saying, recommended=True, price=4_500_000, newest=newest, today=TODAY,
                      cofinanced=cofinanced)  # fmt: skip
    assert (why.code if isinstance(why, Refusal) else "") == refused


def test_the_sentence_stands_only_where_somebody_gives() -> None:
    told = in_all("ru", price=4_500_000, cofinanced=500_000).replace("\u00a0", " ")
    assert told == "Всего стоит 5 000 000 ₸; жители дают 500 000 ₸; из бюджета 4 500 000 ₸"
    assert in_all("kk", price=4_500_000, cofinanced=0) == ""
    assert missing_words("ru", cofinanced=500_000, come=500_000) == ""
    assert missing_words("ru", cofinanced=0, come=0) == ""
    assert "200 000" in missing_words("ru", cofinanced=500_000, come=300_000).replace("\u00a0", " ")
