"""Doors: every route names who may knock, and gets its visit from here.

`create_app` refuses to start with a route that has no door.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, HTTPException, Request
from fastapi.routing import APIRoute

from app.core.database import open_session, transaction
from app.people.models import Role
from app.people.queries import Who, who_is
from app.people.sign_in import touch
from app.places.queries import district_by_slug
from app.rounds.rights import roles_at
from app.web.visit import Visit
from app.words.catalogue import LANGUAGES

# What is open of a unit of which only the budget is shown. Its calendar and its list of papers are
# not: they would call late what nobody has promised to publish here.
_MONEY_ONLY = re.compile(
    r"/\{lang\}/\{slug\}(/?|/record.*|/budget(?!/(calendar|published)\b).*)|/api/.*"
)


class SignInFirst(Exception):
    """A visitor knocked at a door for people who are signed in."""

    def __init__(self, lang: str, back: str) -> None:
        super().__init__()
        self.url = f"/{lang}/sign-in?next={quote(back)}"


class Door:
    """Who may enter: `anyone`, `signed_in`, `resident`, `official`, or these offices of this place.

    A resident's door in a district opens to the residents of that district; an office's door to
    whoever holds the office *there*. Another district's people get 403, a missing place 404.
    """

    def __init__(self, name: str, *roles: Role) -> None:
        self.name = name
        self.roles = frozenset(roles)

    def __call__(self, request: Request) -> Iterator[Visit]:
        state = request.app.state
        lang = str(request.path_params.get("lang", "kk"))
        if lang not in LANGUAGES:
            raise HTTPException(404)
        now = state.clock.now()
        with open_session(state.engine) as session:
            who = None
            if token := request.cookies.get(state.cookie_name):
                idle = timedelta(seconds=state.settings.shared_phone_idle_seconds)
                who = who_is(session, token=token, now=now, idle=idle)
                if who is not None and who.seen_long_ago:
                    with transaction(session):  # never in the transaction of what they do here
                        touch(session, sign_in_id=who.sign_in_id, now=now)
            home = None
            if "slug" in request.path_params:
                home = district_by_slug(session, str(request.path_params["slug"]))
                if home is None or (home.budget_only and not _is_money(request)):
                    raise HTTPException(404)
            visit = Visit(
                request=request,
                session=session,
                settings=state.settings,
                keyring=state.keyring,
                clock=state.clock,
                now=now,
                lang=lang,
                who=who,
                home=home,
            )
            request.state.visit = visit
            self._check(visit)
            yield visit

    def _check(self, visit: Visit) -> None:
        if self.name == "anyone":
            return
        if visit.who is None:
            path = visit.request.url.path
            raise SignInFirst(visit.lang, path if visit.request.method == "GET" else "")
        if not self.opens_to(visit.who, visit):
            raise HTTPException(403)

    def opens_to(self, who: Who, visit: Visit) -> bool:
        """Whether this person may enter here."""
        if self.name == "signed_in":
            return True
        if self.name == "official":
            return who.official_id is not None
        if who.is_resident:
            here = visit.home is None or who.district_id == visit.home.id
            return self.name in ("resident", "asker") and here
        if who.role not in self.roles:
            return False
        if who.role in (Role.MASLIKHAT, Role.MASLIKHAT_OFFICE, Role.RAION_OFFICE):
            raion = visit.request.path_params.get("kato")
            if visit.home is not None:
                raion = visit.home.raion_kato
            return raion is None or who.raion_kato == raion
        if who.role in (Role.CLERK, Role.AKIM):
            return visit.home is not None and who.district_id == visit.home.id
        return True


# scope="function": the reading transaction ends before the answer goes out. With SQLite's rollback
# journal a slow phone that is still reading its answer would otherwise hold up every writer.
Anyone = Annotated[Visit, Depends(Door("anyone"), scope="function")]
SignedIn = Annotated[Visit, Depends(Door("signed_in"), scope="function")]
Resident = Annotated[Visit, Depends(Door("resident"), scope="function")]
# Which offices a door opens to comes from the table of rights: whoever has an act behind it.
AnOfficial = Annotated[
    Visit, Depends(Door("official"), scope="function")
]  # whichever office they act in, or none
Clerk = Annotated[Visit, Depends(Door("clerk", *roles_at("clerk")), scope="function")]
Akim = Annotated[Visit, Depends(Door("akim", *roles_at("akim")), scope="function")]
Desk = Annotated[Visit, Depends(Door("desk", *roles_at("desk")), scope="function")]
Deputy = Annotated[Visit, Depends(Door("deputy", *roles_at("deputy")), scope="function")]
MaslikhatOffice = Annotated[
    Visit, Depends(Door("maslikhat-office", *roles_at("maslikhat-office")), scope="function")
]
Oversight = Annotated[
    Visit, Depends(Door("oversight", *roles_at("oversight")), scope="function")
]  # of this raion
RaionOffice = Annotated[
    Visit, Depends(Door("raion-office", *roles_at("raion-office")), scope="function")
]  # of the raion's akim
Second = Annotated[
    Visit,
    Depends(Door("second", *roles_at("second")), scope="function"),
]  # whoever can be a second pair of eyes here
ASKER = Door("asker", *roles_at("asker"))
Asker = Annotated[Visit, Depends(ASKER, scope="function")]  # a resident, or a deputy
Operator = Annotated[Visit, Depends(Door("operator", *roles_at("operator")), scope="function")]


def _is_money(request: Request) -> bool:
    return _MONEY_ONLY.fullmatch(getattr(request.scope.get("route"), "path", "")) is not None


def may_ask(visit: Visit) -> bool:
    """Whether *ask a deputy* leads on for this person; a visitor signs in on the way."""
    return visit.who is None or ASKER.opens_to(visit.who, visit)


def door_of(route: APIRoute) -> Door | None:
    """The door of a route."""

    def found(dependant: Any) -> Iterator[Door]:
        for one in dependant.dependencies:
            if isinstance(one.call, Door):
                yield one.call
            yield from found(one)

    return next(found(route.dependant), None)
