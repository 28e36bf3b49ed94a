"""Forms: what was typed, and what came of it.

`fill(Model, posted)` gives the value or the problems, and always what was typed: a bad form comes
back whole. Pydantic's complaints and the rules' refusals speak through the same phrase books.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, BeforeValidator, ValidationError
from pydantic_core import PydanticCustomError
from starlette.datastructures import UploadFile

from app.core.money import read_tenge
from app.core.refusal import Refusal
from app.core.text import clean

T = TypeVar("T", bound=BaseModel)
# Days outside are slips of the pen, and their midnight in Almaty may not even exist.
YEARS = range(1900, 2200)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form, read whole."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Posted:
    """What a form sent: cleaned text by field, and files. Read once, by the route."""

    many: Mapping[str, list[str]]
    files: Mapping[str, list[Upload]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The first value of a field; empty when there is none."""
        return (self.many.get(name) or [""])[0]

    def all(self, name: str) -> list[str]:
        """All values of a field, as of checkboxes."""
        return list(self.many.get(name, []))


async def _posted(request: Request) -> Posted:
    from app.web.guard import check_form_token  # circular: the guard reads the form

    many: dict[str, list[str]] = {}
    files: dict[str, list[Upload]] = {}
    form = await request.form(max_files=8, max_fields=4000)
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            if data := await value.read():
                files.setdefault(name, []).append(Upload(clean(value.filename or ""), data))
        else:
            many.setdefault(name, []).append(clean(value))
    await form.close()
    check_form_token(request, (many.get("_token") or [""])[0])
    return Posted(many, files)


Form = Annotated[Posted, Depends(_posted)]


@dataclass(frozen=True, slots=True)
class Filled(Generic[T]):
    """What a person typed, and what came of it. The problem named "" is the form's as a whole."""

    typed: Mapping[str, str] = field(default_factory=dict)
    many: Mapping[str, list[str]] = field(default_factory=dict)
    value: T | None = None
    problems: Mapping[str, Refusal] = field(default_factory=dict)

    def refused(self, *whys: Refusal) -> "Filled[T]":
        """The same form with these refusals added, each at its field."""
        problems = dict(self.problems)
        for why in whys:
            problems.setdefault(why.field, why)
        return replace(self, problems=problems)

    def unseen(self, *names: str) -> "Filled[T]":
        """What is wrong with hidden fields is said of the form as a whole, and they open anew."""
        wrong = [self.problems[name].at("") for name in names if name in self.problems]
        problems = {name: why for name, why in self.problems.items() if name not in names}
        typed = {n: text for n, text in self.typed.items() if not (wrong and n in names)}
        return replace(self, problems=problems, typed=typed).refused(*wrong)


def blank(**typed: object) -> Filled[Any]:
    """A form that opens with these values."""
    texts = {name: "" if value is None else str(value) for name, value in typed.items()}
    return Filled(typed=texts, many={name: [value] for name, value in texts.items()})


def fill(model: type[T], posted: Posted) -> Filled[T]:
    """Reads a form. A field of a list type takes all its values, any other the first one."""
    given: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        values = [value for value in posted.all(name) if value]
        if "list" in str(info.annotation) or "tuple" in str(info.annotation):
            given[name] = values
        elif values:
            given[name] = values[0]
    typed = {name: values[0] for name, values in posted.many.items() if values}
    try:
        value = model.model_validate(given)
    except ValidationError as wrong:
        problems: dict[str, Refusal] = {}
        for error in wrong.errors():
            name = str(error["loc"][0]) if error["loc"] else ""
            problems.setdefault(name, _refusal(error).at(name))
        return Filled(typed=typed, many=posted.many, problems=problems)
    return Filled(typed=typed, many=posted.many, value=value)


def _refusal(error: Any) -> Refusal:
    kind = error["type"]
    context = error.get("ctx", {})
    if kind.startswith("form."):
        return Refusal(kind)
    if kind == "missing":
        return Refusal("form.missing")
    if kind == "string_too_short":
        return Refusal("form.too_short", least=context["min_length"])
    if kind == "string_too_long":
        return Refusal("form.too_long", most=context["max_length"])
    if kind in ("int_parsing", "int_type", "int_parsing_size", "int_from_float"):
        return Refusal("form.number")
    if kind in ("greater_than_equal", "greater_than"):
        least = context.get("ge", context.get("gt"))
        return Refusal("form.too_small", least=int(least) + (kind == "greater_than"))
    if kind in ("less_than_equal", "less_than"):
        most = context.get("le", context.get("lt"))
        return Refusal("form.too_large", most=int(most) - (kind == "less_than"))
    if kind.startswith("date"):
        return Refusal("form.day")
    if kind in ("enum", "literal_error", "bool_parsing"):
        return Refusal("form.choice")
    return Refusal("form.wrong")


def _tenge(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return read_tenge(value)
    except Refusal as why:
        raise PydanticCustomError("form.money", "not a sum") from why


def _day(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        if value.count(".") == 2:  # 31.05.2026, as people here write it
            day, month, year = (int(part) for part in value.split("."))
            found = date(year, month, day)
        else:
            found = date.fromisoformat(value)
    except ValueError as why:
        raise PydanticCustomError("form.day", "not a date") from why
    if found.year not in YEARS:
        raise PydanticCustomError("form.day", "not a day of ours")
    return found


Tenge = Annotated[int, BeforeValidator(_tenge)]
Day = Annotated[date, BeforeValidator(_day)]
