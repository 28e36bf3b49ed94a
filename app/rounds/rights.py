"""Who may do what: role × act × stage × whose. The one table; doors and rules are made from it.

What happens in a round comes from its calendar (`ALLOWED`, `ROLES`); the rest stands below. The
page `/about/rights` shows it, and a test compares it with the file that people have reviewed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.people.models import Role
from app.rounds.calendar import ALLOWED, ORDER, ROLES, Act
from app.rounds.models import Stage

RESIDENT, VISITOR = "resident", "visitor"
CLERK, AKIM, RAION = str(Role.CLERK), str(Role.AKIM), str(Role.RAION_OFFICE)
DEPUTY, MASLIKHAT = str(Role.MASLIKHAT), str(Role.MASLIKHAT_OFFICE)


class Whose(StrEnum):
    """Whose things an act reaches."""

    ANY = "any"  # of every district
    DISTRICT = "district"  # of the district they belong to or serve, and of no other
    RAION = "raion"  # of the districts of their raion
    OWN = "own"  # their own alone


@dataclass(frozen=True, slots=True)
class Right:
    """An act, who may do it, whose things it reaches, and when."""

    group: str
    act: str
    roles: frozenset[str]
    whose: Whose
    door: str = ""  # the door of its pages, where an office has one
    stages: tuple[Stage, ...] = ()  # none: at any time
    second: bool = False  # wants a second official, always or from some point on


def _right(
    group: str,
    act: str,
    whose: Whose,
    *roles: str,
    door: str = "",
    second: bool = False,
) -> Right:
    return Right(group, act, frozenset(roles), whose, door, (), second)


EVERYBODY = (VISITOR, RESIDENT, *(str(role) for role in Role))
SIGNED_IN = EVERYBODY[1:]
OFFICIALS = SIGNED_IN[1:]
DISTRICT, OWN = Whose.DISTRICT, Whose.OWN
STANDING = (
    _right("public", "read", Whose.ANY, *EVERYBODY),
    _right("public", "recount", Whose.ANY, *EVERYBODY),
    _right("public", "sign_in", Whose.ANY, *EVERYBODY),
    _right("own", "end_sessions", OWN, *SIGNED_IN),
    _right("own", "own_data", OWN, *SIGNED_IN),
    _right("own", "erase_account", OWN, RESIDENT),
    _right("own", "set_own_phone", OWN, RESIDENT),
    _right("own", "see_own_line", OWN, RESIDENT),
    _right("own", "claim", OWN, RESIDENT, CLERK),  # the clerk for somebody at the desk
    _right("own", "ask_own_vote", OWN, RESIDENT, CLERK),
    _right("own", "dispute", OWN, RESIDENT, CLERK),
    _right("own", "choose_notice", OWN, RESIDENT),
    _right("own", "second_factors", OWN, *OFFICIALS),
    _right("own", "choose_office", OWN, *OFFICIALS),
    _right("own", "change_password", OWN, *OFFICIALS),
    _right("list", "keep_roll", DISTRICT, CLERK, door="clerk", second=True),
    _right("list", "answer_claim", DISTRICT, CLERK, door="clerk"),
    _right("list", "settle_conflict", Whose.RAION, RAION, door="raion-office"),
    _right("list", "issue_cards", DISTRICT, CLERK, door="clerk", second=True),
    _right("list", "set_phone", DISTRICT, CLERK, door="clerk"),
    _right("list", "settle_dispute", DISTRICT, CLERK, AKIM, RAION, door="second", second=True),
    _right("offices", "invite", DISTRICT, CLERK, door="clerk", second=True),
    _right("offices", "name_second", DISTRICT, AKIM, door="akim"),
    _right("offices", "be_second", DISTRICT, CLERK, AKIM, RAION, door="second"),
    _right("offices", "cancel_round", DISTRICT, CLERK, AKIM, RAION, door="second", second=True),
    _right("offices", "hold_result", DISTRICT, CLERK, AKIM, RAION, door="second", second=True),
    _right("offices", "take_up_office", OWN, *EVERYBODY),  # whoever was invited
    _right("offices", "see_desk", DISTRICT, CLERK, AKIM, door="desk"),
    _right("money", "try_budget", Whose.ANY, *EVERYBODY),  # a file of one's own; nothing is kept
    _right("money", "keep_budget", DISTRICT, CLERK, door="clerk"),
    _right("money", "keep_classification", DISTRICT, CLERK, door="clerk"),
    _right("money", "keep_steps", DISTRICT, CLERK, door="clerk"),
    _right("money", "keep_property", DISTRICT, CLERK, door="clerk"),
    _right("money", "pledge", DISTRICT, RESIDENT, CLERK),  # the clerk for somebody at the desk
    _right("money", "keep_contributions", DISTRICT, CLERK, door="clerk"),
    _right("money", "state_envelope", DISTRICT, AKIM, door="akim"),
    _right("money", "keep_spare", DISTRICT, CLERK, door="clerk"),
    _right("follow", "ask_deputy", DISTRICT, RESIDENT, DEPUTY, door="asker"),
    _right("follow", "answer_question", DISTRICT, CLERK, AKIM, door="desk"),
    _right("follow", "judge_answer", Whose.RAION, DEPUTY, door="deputy"),
    _right("follow", "oversee", Whose.RAION, DEPUTY, MASLIKHAT, door="oversight"),
    _right("installation", "run", Whose.ANY, str(Role.OPERATOR), door="operator"),
)
# The doors of a round's acts, by who does them; what residents do has doors of its own.
_DOORS = {
    frozenset({CLERK}): "clerk",
    frozenset({AKIM}): "akim",
    frozenset({CLERK, AKIM}): "desk",
    frozenset({MASLIKHAT}): "maslikhat-office",
}
# After proposals opened, or whenever they are done.
_WITH_SECOND = frozenset({Act.EDIT_RULES, Act.CONFIRM_ENVELOPE})


def rights() -> Iterator[Right]:
    """The whole table: first what belongs to a round, in the order of its stages."""
    for act in Act:
        roles = ROLES[act]
        whose = Whose.RAION if roles <= {MASLIKHAT} else Whose.DISTRICT
        stages = tuple(stage for stage in ORDER if act in ALLOWED[stage])
        yield Right(
            "round", str(act), roles, whose, _DOORS.get(roles, ""), stages, act in _WITH_SECOND
        )
    yield from STANDING


def roles_at(door: str) -> tuple[Role, ...]:
    """The offices that a door opens to: whoever has an act behind it."""
    found = {role for right in rights() if right.door == door for role in right.roles}
    return tuple(role for role in Role if role in found)
