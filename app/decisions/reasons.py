"""Ready sentences for a decision, in both official languages; the texts are data, as published."""

from app.decisions.models import Said
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
    "Поддерживаю выбор жителей. Проект включается в проект бюджета в полном объёме.",
)
WORDS_NO = (
    "Дауыс беру нәтижесі ескерілді. Жоба бюджет жобасына енгізілмейді.",
    "Итог голосования учтён. Проект в проект бюджета не включается.",
)

WORDS_PART = (
    "Тұрғындардың таңдауымен ішінара келісемін. "
    "Жоба бюджет жобасына көрсетілген сомада енгізіледі.",
    "Поддерживаю выбор жителей частично. Проект включается в проект бюджета в указанной сумме.",
)
READY_WORDS = {Said.AGREED: WORDS_YES, Said.PART: WORDS_PART, Said.DECLINED: WORDS_NO}


def ready_words(said: Said, words: str) -> str:
    """A ready text that was left as it stood follows what is decided; own words stay."""
    for language in (0, 1):
        if words in (pair[language] for pair in READY_WORDS.values()):
            return READY_WORDS[said][language]
    return words


def ready(code: str) -> Reason | None:
    """The ready reason with this code; None for own words."""
    found = next((one for one in REASONS if one.code == code), None)
    return found if found and found.kk else None
