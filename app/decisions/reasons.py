"""Ready sentences for a decision, in both official languages; the texts are data, as published."""

from app.proposals.reasons import DECLINE_REASONS, Reason

NOT_RECOMMENDED = Reason(
    "not_recommended",
    "Жоба дауыс беруде жеткілікті қолдау таппады.",
    "Проект не получил достаточной поддержки на голосовании.",
)
REASONS: tuple[Reason, ...] = (NOT_RECOMMENDED, *DECLINE_REASONS)
# What stands in the form until the akim writes otherwise.
WORDS_YES = (
    "Тұрғындардың таңдауымен келісемін. Жоба бюджет жобасына толық көлемде енгізіледі.",
    "Согласен с выбором жителей. Проект включается в проект бюджета в полном объёме.",
)
WORDS_NO = (
    "Дауыс беру нәтижесі ескерілді. Жоба бюджет жобасына енгізілмейді.",
    "Итог голосования учтён. Проект в проект бюджета не включается.",
)


def ready(code: str) -> Reason | None:
    """The ready reason with this code; None for own words."""
    found = next((one for one in REASONS if one.code == code), None)
    return found if found and found.kk else None
