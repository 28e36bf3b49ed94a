"""Ready sentences for a "no", in both official languages, and where to complain about one.

A clerk chooses a reason and gets its sentence to keep or to edit. The texts are stored with the
answer in Kazakh and Russian, so they are data here and not messages of the interface.
"""

from dataclasses import dataclass
from datetime import date, timedelta

OWN_WORDS = "other"
LATE = "late"  # for what the review left unanswered


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason's code, its ready sentence, and whether the four answers about money go with it."""

    code: str
    kk: str
    ru: str
    needs_money: bool = False

    @property
    def label(self) -> str:
        """The code of its short words."""
        return f"reason_code.{self.code}"


REASONS: tuple[Reason, ...] = (
    Reason(
        "not_ours",
        "Ұсынылған іс ауылдық округ бюджетінің шығыс бағыттарына жатпайды (Бюджет кодексінің "
        "34-бабы), сондықтан округ оны өз қаражатынан қаржыландыра алмайды.",
        "Предложенное не относится к направлениям расходов бюджета сельского округа (статья 34 "
        "Бюджетного кодекса), поэтому округ не может оплатить это из своих средств.",
    ),
    Reason(
        "no_money",
        "Ұсынысты іске асыруға округ бюджетінде қаражат жеткіліксіз. Қажет сома, қолда бар сома "
        "және оның неге жұмсалатыны осы жауапта көрсетілген.",
        "В бюджете округа недостаточно средств на это предложение. Сколько нужно, сколько есть и "
        "на что идут эти средства, указано в этом ответе.",
        needs_money=True,
    ),
    Reason(
        "not_public",
        "Көрсетілген орын коммуналдық меншікте емес немесе жалпыға бірдей қолжетімді емес, "
        "сондықтан оған бюджет қаражатын жұмсауға болмайды.",
        "Указанное место не находится в коммунальной собственности или не открыто для всех, "
        "поэтому тратить на него средства бюджета нельзя.",
    ),
    Reason(
        "planned",
        "Бұл жұмыс жоспарға енгізілген немесе қазір жүргізіліп жатыр, сондықтан ол бойынша "
        "дауыс беру қажет емес.",
        "Эта работа уже запланирована или выполняется, поэтому голосовать за неё не нужно.",
    ),
    Reason(
        "unlawful",
        "Ұсыныс заң талаптарына немесе құрылыс, санитария және қауіпсіздік нормаларына қайшы "
        "келеді.",
        "Предложение противоречит требованиям закона либо строительным, санитарным нормам или "
        "нормам безопасности.",
    ),
    Reason(
        "duplicate",
        "Осы раундта мазмұны бірдей ұсыныс бар. Ол қаралып жатыр, сондықтан бұл ұсыныс "
        "тізімге бөлек енгізілмейді.",
        "В этом раунде уже есть такое же по содержанию предложение. Оно рассматривается, поэтому "
        "отдельно это предложение в список не включается.",
    ),
    Reason(
        "too_dear",
        "Жобаның бағасын анықтау мүмкін болмады немесе ол раунд ережелерінде белгіленген бір "
        "жоба құнының шегінен асады.",
        "Цену проекта определить не удалось, или она больше предельной стоимости одного "
        "проекта, установленной правилами раунда.",
    ),
    Reason(
        LATE,
        "Ұсыныс дауыс беру басталғанға дейін қаралып үлгермеді, сондықтан осы раундтың тізіміне "
        "енбеді. Оны келесі раундта қайта беруге болады.",
        "Предложение не успели рассмотреть до начала голосования, поэтому в список этого раунда "
        "оно не вошло. Его можно подать снова в следующем раунде.",
    ),
    Reason(OWN_WORDS, "", ""),
)

# The akim's "no" after the vote; each is a departure if the vote recommended the project.
DECLINE_REASONS: tuple[Reason, ...] = (
    Reason(
        "envelope_shrank",
        "Бекітілген бюджетте раунд қаражаты азайды, жобаны толық қаржыландыруға мүмкіндік жоқ.",
        "В утверждённом бюджете средств раунда стало меньше, полностью оплатить проект невозможно.",
        needs_money=True,
    ),
    Reason(
        "price_rose",
        "Дауыс беруден кейін жобаның бағасы өсті және округ бюджетінің мүмкіндігінен асып түсті.",
        "После голосования цена проекта выросла и превысила возможности бюджета округа.",
        needs_money=True,
    ),
    Reason(
        "done_otherwise",
        "Жоба басқа қаржы көзінен іске асырылады, сондықтан округ қаражаты қажет емес.",
        "Проект выполняется за счёт других средств, поэтому деньги округа не нужны.",
    ),
    Reason(
        "found_impossible",
        "Дауыс беруден кейін жобаны заңды түрде іске асыруға мүмкіндік жоқ екені анықталды.",
        "После голосования выяснилось, что законно выполнить проект невозможно.",
    ),
    Reason(
        "assembly_against",
        "Жергілікті қоғамдастық жиналысы бұл жобаға келісім бермеді.",
        "Собрание местного сообщества не согласовало этот проект.",
    ),
    Reason(OWN_WORDS, "", ""),
)
_BY_CODE = {reason.code: reason for reason in REASONS}


def reason_of(code: str) -> Reason | None:
    """The reason with this code."""
    return _BY_CODE.get(code)


def words_for(code: str, kk: str, ru: str) -> tuple[str, str]:
    """The reason's words: as typed, or the ready sentence where nothing of one's own was typed.

    An untouched sentence of another reason counts as nothing of one's own: whoever changes the
    reason after saving gets the new sentence.
    """
    reason = _BY_CODE.get(code)
    if reason is None:
        return kk, ru
    ready = {one.kk for one in REASONS} | {one.ru for one in REASONS}
    return (reason.kk if kk in ready else kk, reason.ru if ru in ready else ru)


@dataclass(frozen=True, slots=True)
class ComplaintTerm:
    """Until when one may complain about a refusal, and to whom."""

    months: int
    source: str

    def ends(self, known_on: date) -> date:
        """The last day, for whoever learnt of the refusal on `known_on`."""
        return months_later(known_on, self.months)


# To the akim of the raion, through the office that refused; to a court after that. The number of
# the article is from memory and waits for a lawyer's eye; the term is data for that reason.
COMPLAINT = ComplaintTerm(months=3, source="APPC articles 91, 92")
EXTENSION_MONTHS = 2  # APPC article 76: a term is extended by two months at most
FORWARD_WORKING_DAYS = 3  # APPC article 65: to the competent body, with notice to the author


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or the last day of that month where it is shorter."""
    year, month = divmod(day.month - 1 + months, 12)
    first_of_next = date(day.year + year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(day.year + year, month + 1, min(day.day, last))
