"""What may stand in the register of communal property. Pure: whole tenge."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.budget.property_models import PropertyKind
from app.budget.rules import FIRST_YEAR
from app.core.money import MOST
from app.core.refusal import Refusal
from app.people.iin import check_digit

NAME_LEAST, NAME_MOST = 3, 160  # characters
TEXT_MOST = 600
WHY_LEAST = 5
MOST_SERVICES = 40


@dataclass(frozen=True, slots=True)
class Facts:
    """What the register says of a thing, a plot or an enterprise."""

    kind: PropertyKind
    name_kk: str
    name_ru: str
    purpose_kk: str = ""
    purpose_ru: str = ""
    bin: str = ""
    settlement_id: str | None = None
    address: str = ""
    used_by_kk: str = ""
    used_by_ru: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """A service with its price in tenge; none: free of charge."""

    name_kk: str
    name_ru: str
    price: int | None = None
    unit_kk: str = ""
    unit_ru: str = ""


@dataclass(frozen=True, slots=True)
class Year:
    """What a thing brought in and cost in a year (tenge), and what that built."""

    year: int
    rent: int = 0
    income: int = 0
    upkeep: int = 0
    built_kk: str = ""
    built_ru: str = ""
    proposal_id: str | None = None
    corrects_why_kk: str = ""
    corrects_why_ru: str = ""


def why_not_bin(number: str) -> Refusal | None:
    """Why this is no business identification number (БСН, БИН).

    Digits 1-4 are year and month of registration, the 5th is 4 to 6, the 6th 0 to 4, the 12th
    checks the others as in an IIN; order no. 423 of 27.06.2023 (adilet V2300032918).
    """
    if len(number) != 12 or not (number.isascii() and number.isdigit()):
        return Refusal("property.bin_digits", field="bin")
    month, kind, part = int(number[2:4]), number[4], number[5]
    if not 1 <= month <= 12 or kind not in "456" or part not in "01234":
        return Refusal("property.bin_not_one", field="bin")
    if check_digit(number[:11]) != int(number[11]):
        return Refusal("property.bin_check", field="bin")
    return None


def why_not_facts(facts: Facts, settlements: frozenset[str]) -> Refusal | None:
    """Why a thing cannot stand in the register so."""
    for field, text in (("name_kk", facts.name_kk), ("name_ru", facts.name_ru)):
        if len(text) < NAME_LEAST:
            return Refusal("form.too_short", field=field, least=NAME_LEAST)
        if len(text) > NAME_MOST:
            return Refusal("form.too_long", field=field, most=NAME_MOST)
    for field, text in (("purpose_kk", facts.purpose_kk), ("purpose_ru", facts.purpose_ru)):
        if len(text) < WHY_LEAST:
            return Refusal("property.purpose", field=field)
    if facts.kind is PropertyKind.ENTERPRISE and not facts.bin:
        return Refusal("property.bin_missing", field="bin")
    if facts.kind is not PropertyKind.ENTERPRISE and facts.bin:
        return Refusal("property.bin_of_enterprise", field="bin")
    if facts.bin and (why := why_not_bin(facts.bin)):
        return why
    if facts.settlement_id is not None and facts.settlement_id not in settlements:
        return Refusal("form.choice", field="settlement_id")
    if bool(facts.used_by_kk) != bool(facts.used_by_ru):
        return Refusal("form.missing", field="used_by_ru" if facts.used_by_kk else "used_by_kk")
    return None


def why_not_services(services: Sequence[Service]) -> Refusal | None:
    """Why services cannot be published so. A field bears the number of its row, from 0."""
    if len(services) > MOST_SERVICES:
        return Refusal("property.many_services", most=MOST_SERVICES)
    for row, one in enumerate(services):
        for lang, text in (("kk", one.name_kk), ("ru", one.name_ru)):
            if not text:
                return Refusal("form.missing", field=f"name_{lang}-{row}")
        if one.price is not None and not 0 <= one.price <= MOST:
            return Refusal("form.money", field=f"price-{row}")
        if bool(one.unit_kk) != bool(one.unit_ru):
            lang = "ru" if one.unit_kk else "kk"
            return Refusal("form.missing", field=f"unit_{lang}-{row}")
    return None


def why_not_income(
    of: Year, *, since: int | None, today: date, gone_on: date | None
) -> Refusal | None:
    """Why a year's income cannot be published so; `since` is the version that it corrects."""
    last = min(today.year, gone_on.year) if gone_on else today.year
    if not FIRST_YEAR <= of.year <= last:
        return Refusal("property.year", field="year", first=str(FIRST_YEAR), last=str(last))
    for field in ("rent", "income", "upkeep"):
        if not 0 <= getattr(of, field) <= MOST:
            return Refusal("form.money", field=field)
    if bool(of.built_kk) != bool(of.built_ru):
        return Refusal("form.missing", field="built_ru" if of.built_kk else "built_kk")
    if since is not None:
        for field in ("corrects_why_kk", "corrects_why_ru"):
            if len(getattr(of, field)) < WHY_LEAST:
                return Refusal("property.why_corrected", field=field)
    return None


def why_not_gone(
    *, gone: bool, gone_on: date, why_kk: str, why_ru: str, today: date
) -> Refusal | None:
    """Why a thing cannot be taken out of use in the register so."""
    if gone:
        return Refusal("property.gone")
    if gone_on > today:
        return Refusal("giving.day", field="gone_on")
    for field, text in (("why_kk", why_kk), ("why_ru", why_ru)):
        if len(text) < WHY_LEAST:
            return Refusal("giving.words", field=field, least=WHY_LEAST)
    return None
