"""What a body may say of a project, and what follows from it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.core.refusal import Refusal
from app.decisions.models import Body, Said, Word
from app.rounds.calendar import Act

NOTICE_DAYS = 10  # calendar days before an assembly; law 148, article 39-3

ACT_OF: Mapping[Body, Act] = {
    Body.ASSEMBLY: Act.RECORD_ASSEMBLY,
    Body.AKIM: Act.DECIDE,
    Body.RAION: Act.RECORD_RAION,
    Body.MASLIKHAT: Act.RECORD_APPROVAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What a body says of one project. `amount` in tenge; dates are the planned ones."""

    body: Body
    said: Said
    amount: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    reason_code: str = ""
    reason_kk: str = ""
    reason_ru: str = ""
    words_kk: str = ""
    words_ru: str = ""
    act_type: str = ""
    act_number: str = ""
    act_date: date | None = None
    scan_id: str | None = None
    assembly_id: str | None = None
    corrects_why_kk: str = ""
    corrects_why_ru: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting of the assembly as its minutes must tell it (law 148, article 39-3)."""

    number: str
    notice_on: date
    held_on: date
    place: str
    eligible: int  # members of the assembly
    present: int
    names: str  # of those present, one a line
    chair: str
    secretary: str
    speeches_kk: str = ""
    speeches_ru: str = ""
    scan_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the assembly said of one project."""

    agreed: bool
    reason_kk: str = ""
    reason_ru: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """What the maslikhat said of one project. `amount` in tenge when it approved."""

    approved: bool
    amount: int | None = None
    reason_kk: str = ""
    reason_ru: str = ""


class BudgetState(StrEnum):
    """How a project stands on its way into the budget."""

    OPEN = "open"  # assembly and akim have not both spoken yet
    OUT = "out"  # one of them declined: not in the draft
    DRAFT = "draft"
    KEPT = "kept"
    REDUCED = "reduced"
    REMOVED = "removed"
    APPROVED = "approved"
    NOT_APPROVED = "not_approved"


def departs(said: Said, *, recommended: bool) -> bool:
    """Whether a word goes against the vote."""
    return said is not (Said.AGREED if recommended else Said.DECLINED)


def in_draft_budget(words: Mapping[Body, Word]) -> bool:
    """Whether a project is in the draft budget: the assembly agreed and the akim did."""
    return budget_state(words) not in (BudgetState.OPEN, BudgetState.OUT)


def budget_state(words: Mapping[Body, Word]) -> BudgetState:
    """How a project stands, from the newest word of each body."""
    if approval := words.get(Body.MASLIKHAT):
        no = approval.said == Said.DECLINED
        return BudgetState.NOT_APPROVED if no else BudgetState.APPROVED
    first = [words.get(Body.ASSEMBLY), words.get(Body.AKIM)]
    if any(word is not None and word.said == Said.DECLINED for word in first):
        return BudgetState.OUT
    if None in first:
        return BudgetState.OPEN
    raion = words.get(Body.RAION)
    if raion is None:
        return BudgetState.DRAFT
    return {
        Said.AGREED: BudgetState.KEPT,
        Said.PART: BudgetState.REDUCED,
        Said.DECLINED: BudgetState.REMOVED,
    }[Said(raion.said)]


def quorum(eligible: int) -> int:
    """How many members must be there: half of them at least."""
    return (eligible + 1) // 2


def why_not_meet(meeting: Meeting, *, counted_on: date, today: date) -> Refusal | None:
    """Why minutes cannot be recorded as a meeting that could decide."""
    if meeting.held_on > today:
        return Refusal("decisions.in_future", field="held_on")
    if meeting.held_on < counted_on:
        return Refusal("decisions.before_count", field="held_on", counted=counted_on)
    notice = (meeting.held_on - meeting.notice_on).days
    if notice < NOTICE_DAYS:
        return Refusal("decisions.notice_short", field="notice_on", least=NOTICE_DAYS)
    if meeting.present > meeting.eligible:
        return Refusal("decisions.too_many_present", field="present")
    if meeting.present < quorum(meeting.eligible):
        return Refusal("decisions.no_quorum", field="present", least=quorum(meeting.eligible))
    listed = sum(1 for line in meeting.names.splitlines() if line.strip())
    if listed != meeting.present:
        return Refusal(
            "decisions.names_differ", field="names", listed=listed, present=meeting.present
        )
    return None


def why_not_say(
    saying: Saying,
    *,
    recommended: bool,
    price: int,
    newest: Word | None,
    today: date,
    cofinanced: int = 0,
) -> Refusal | None:
    """Why a word cannot be published as it stands; the field it fails at is named.

    `price` is what the budget pays, `cofinanced` what neighbours give beside it, both in tenge.
    """
    return (
        _why_not_act(saying, today)
        or _why_not_money(saying, price)
        or _why_not_instead(saying, price, cofinanced, newest)
        or _why_not_dates(saying)
        or _why_not_words(saying, recommended)
        or _why_not_correct(saying, newest)
    )


def _why_not_act(saying: Saying, today: date) -> Refusal | None:
    if saying.act_date is None:
        return Refusal("form.missing", field="act_date")
    if saying.act_date > today:
        return Refusal("decisions.in_future", field="act_date")
    # What the raion takes out or leaves in, it says in a letter that need not bear a number.
    if not saying.act_number and saying.body is not Body.RAION:
        return Refusal("form.missing", field="act_number")
    if not saying.act_type and saying.body is Body.AKIM:
        return Refusal("form.missing", field="act_type")
    return None


def _why_not_money(saying: Saying, price: int) -> Refusal | None:
    if saying.said is Said.DECLINED:
        return Refusal("decisions.amount_of_no", field="amount") if saying.amount else None
    if saying.body is Body.ASSEMBLY:
        return None
    if not saying.amount:
        return Refusal("form.missing", field="amount")
    if saying.said is Said.AGREED and saying.amount < price:
        return Refusal("decisions.less_is_part", field="amount", price_tenge=price)
    if saying.said is Said.PART and saying.amount >= price:
        return Refusal("decisions.part_is_less", field="amount", price_tenge=price)
    return None


def _why_not_instead(
    saying: Saying, price: int, cofinanced: int, newest: Word | None
) -> Refusal | None:
    """The budget does not quietly pay what neighbours were to give.

    Above the price that was voted on only the maslikhat goes, by a new act that refines its first.
    """
    new_act = newest is not None and saying.act_number != newest.act_number
    refines = saying.body is Body.MASLIKHAT and new_act
    if cofinanced and saying.amount and saying.amount > price and not refines:
        return Refusal("decisions.above_price", field="amount", price_tenge=price)
    return None


def _why_not_dates(saying: Saying) -> Refusal | None:
    if saying.starts_on and saying.ends_on and saying.starts_on > saying.ends_on:
        return Refusal("decisions.ends_before", field="ends_on")
    needs_day = saying.body is Body.AKIM and saying.said is not Said.DECLINED
    if needs_day and saying.ends_on is None:
        return Refusal("form.missing", field="ends_on")
    return None


def _why_not_words(saying: Saying, recommended: bool) -> Refusal | None:
    against = departs(saying.said, recommended=recommended)
    if against or saying.said is not Said.AGREED:
        for lang in ("kk", "ru"):
            if not getattr(saying, f"reason_{lang}"):
                code = "decisions.departure_reason" if against else "decisions.reason"
                return Refusal(code, field=f"reason_{lang}")
    if saying.body is Body.AKIM:
        for lang in ("kk", "ru"):
            if not getattr(saying, f"words_{lang}"):
                return Refusal("decisions.words", field=f"words_{lang}")
    return None


def _why_not_correct(saying: Saying, newest: Word | None) -> Refusal | None:
    if newest is None:
        return None
    if saying.body in (Body.ASSEMBLY, Body.MASLIKHAT) and saying.act_number != newest.act_number:
        # A repeat discussion (law 148, article 39-3, item 11) or a refined budget: a new act.
        return None
    for lang in ("kk", "ru"):
        if not getattr(saying, f"corrects_why_{lang}"):
            return Refusal("decisions.correction_reason", field=f"corrects_why_{lang}")
    return None
