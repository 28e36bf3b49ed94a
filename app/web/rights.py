"""The table of rights as a page: who may do what, when, and whose."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from fastapi import APIRouter, Response

from app.people.models import Role
from app.rounds.calendar import ORDER
from app.rounds.models import Stage
from app.rounds.rights import EVERYBODY, RESIDENT, SIGNED_IN, Right, rights
from app.web.doors import Anyone
from app.web.render import page
from app.web.visit import Visit
from app.words import phrases
from app.words.catalogue import N_, translations

router = APIRouter()


@dataclass(frozen=True, slots=True)
class RightRow:
    """One act."""

    act: str
    who: str
    whose: str
    when: str
    second: bool


@dataclass(frozen=True, slots=True)
class RightsGroup:
    """Acts of one kind."""

    title: str
    rows: tuple[RightRow, ...]


@router.get("/{lang}/about/rights")
def show(visit: Anyone) -> Response:
    """The whole table, as a reviewer reads it."""
    groups = tuple(
        RightsGroup(
            phrases.label(f"rights.group.{group}", visit.lang),
            tuple(_row(visit, right) for right in some),
        )
        for group, some in groupby(rights(), key=lambda right: right.group)
    )
    return page(visit, "about/rights.html", groups=groups)


def _row(visit: Visit, right: Right) -> RightRow:
    return RightRow(
        act=phrases.label(f"rights.act.{right.act}", visit.lang),
        who=_who(visit, right),
        whose=phrases.label(f"rights.whose.{right.whose}", visit.lang),
        when=", ".join(_stages(visit, right.stages)),
        second=right.second,
    )


def _who(visit: Visit, right: Right) -> str:
    say = translations(visit.lang).gettext
    if right.roles == frozenset(EVERYBODY):
        return say(N_("everybody"))
    if right.roles == frozenset(SIGNED_IN):
        return say(N_("whoever is signed in"))
    if right.roles == frozenset(str(role) for role in Role):
        return say(N_("every official"))
    order = (RESIDENT, *(str(role) for role in Role))
    return ", ".join(
        phrases.label(f"role.{role}", visit.lang) for role in order if role in right.roles
    )


def _stages(visit: Visit, stages: tuple[Stage, ...]) -> Iterator[str]:
    """The stages in words; neighbours that follow one another as «first – last»."""
    run: list[Stage] = []
    for stage in (*stages, None):
        if run and (stage is None or ORDER.index(stage) != ORDER.index(run[-1]) + 1):
            names = [phrases.label(f"stage.{one}", visit.lang) for one in (run[0], run[-1])]
            yield names[0] if len(run) == 1 else " – ".join(names)
            run = []
        if stage is not None:
            run.append(stage)
