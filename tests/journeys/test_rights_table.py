"""The table of rights is what people reviewed, and its routes open to exactly those it names.

`rights.txt` beside this file is the reviewed table; `doors.txt` says who gets in by which route and
`test_rights_matrix` that it is really so. Here the two are held together.
"""

from dataclasses import dataclass, field
from pathlib import Path

from app.people.models import Role
from app.rounds.rights import EVERYBODY, OFFICIALS, SIGNED_IN, rights
from tests.browser import read
from tests.journeys.test_rights_matrix import LINES

REVIEWED = Path(__file__).with_name("rights.txt")
NAMED = {"everybody": EVERYBODY, "signed-in": SIGNED_IN, "officials": OFFICIALS}
ROLE_OF = {
    "author": "resident",
    "other-resident": "resident",
    "deputy": str(Role.MASLIKHAT),
    "other-deputy": str(Role.MASLIKHAT),
}
# Only what the clerk filed at the desk in somebody's name; the matrix asks about a resident's own.
ALSO = {"correct": {"clerk"}, "ask_own_vote": {"resident"}, "see_own_line": {"resident"}}


@dataclass(slots=True)
class Act:
    """An act as it was reviewed."""

    name: str
    roles: frozenset[str]
    whose: str
    stages: tuple[str, ...]
    second: bool
    posts: list[str] = field(default_factory=list)


def reviewed() -> list[Act]:
    acts: list[Act] = []
    for line in REVIEWED.read_text().splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith(" "):
            method, path = line.split()
            assert method == "POST"
            acts[-1].posts.append(path)
            continue
        name, roles, whose, stages, second = (part.strip() for part in line.split("|"))
        who = frozenset(one for role in roles.split() for one in NAMED.get(role, (role,)))
        when = () if stages == "-" else tuple(stages.split())
        acts.append(Act(name, who, whose, when, second == "second"))
    return acts


def lets_in() -> dict[str, set[str]]:
    """The roles that get in by each route that writes."""
    return {
        line.path: {ROLE_OF.get(who, who.removeprefix("other-")) for who in line.lets_in}
        for line in LINES
        if line.method == "POST"
    }


def test_the_table_is_the_one_that_was_reviewed() -> None:
    found = [(one.act, one.roles, one.whose, one.stages, one.second) for one in rights()]
    wanted = [(one.name, one.roles, one.whose, one.stages, one.second) for one in reviewed()]
    assert [one for one in found if one not in wanted] == []
    assert found == wanted


def test_every_route_that_writes_belongs_to_an_act() -> None:
    assert {path for act in reviewed() for path in act.posts} == set(lets_in())


def test_a_route_opens_to_nobody_whom_the_table_does_not_name() -> None:
    for path, roles in lets_in().items():
        named = {role for act in reviewed() if path in act.posts for role in act.roles}
        assert roles <= named, path


def test_whoever_has_a_right_has_a_route_for_it() -> None:
    for act in reviewed():
        if not act.posts:
            continue  # reading
        reached = {role for path in act.posts for role in lets_in()[path]}
        assert reached | ALSO.get(act.name, set()) == set(act.roles), act.name


def test_the_page_shows_every_act(visit) -> None:
    for lang in ("kk", "ru", "en"):
        page = visit().get(f"/{lang}/about/rights")
        assert len(read(page.response.text).all("tbody tr")) == len(reviewed())
