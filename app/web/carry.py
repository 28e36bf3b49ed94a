"""What every way of signing in shares: the token's cookie, and the way on afterwards."""

from datetime import timedelta

from fastapi import Response

from app.people.sign_in import Opened
from app.places.models import District
from app.web.render import see_other
from app.web.visit import Visit
from app.words.catalogue import LANGUAGES


def carry(visit: Visit, response: Response, opened: Opened, lasting: timedelta | None) -> Response:
    """Gives the browser its token. Without `lasting` the browser forgets it when it closes."""
    put_cookie(visit, response, visit.request.app.state.cookie_name, opened.token, lasting)
    return response


def put_cookie(
    visit: Visit, response: Response, name: str, token: str, lasting: timedelta | None
) -> None:
    """A token for this host and the server alone; the answer that brings it is kept nowhere."""
    response.set_cookie(
        name,
        token,
        max_age=int(lasting.total_seconds()) if lasting else None,
        path="/",
        httponly=True,
        samesite="lax",
        secure=visit.settings.over_https,
    )
    response.headers["cache-control"] = "no-store"


def drop_cookie(visit: Visit, response: Response, name: str) -> None:
    """Takes a token from the browser."""
    response.delete_cookie(
        name, path="/", httponly=True, samesite="lax", secure=visit.settings.over_https
    )


def carry_resident(visit: Visit, opened: Opened, after: str) -> Response:
    """On to where a resident wanted to go, else to their district's front, with their token."""
    district = visit.session.get(District, opened.district_id)
    front = f"{visit.root}/{district.slug}/" if district is not None else f"{visit.root}/me"
    lasting = None if opened.shared else timedelta(days=visit.settings.own_phone_days)
    return carry(visit, see_other(visit, local_path(after) or front), opened, lasting)


def forget_cookie(visit: Visit, response: Response) -> None:
    """Takes the token from the browser."""
    drop_cookie(visit, response, visit.request.app.state.cookie_name)


def half_cookie(visit: Visit) -> str:
    """The cookie of half a session, until the second factor; it is never read as the session's."""
    return f"{visit.request.app.state.cookie_name}-second"


def forget_half(visit: Visit, response: Response) -> None:
    """Takes half a session from the browser."""
    drop_cookie(visit, response, half_cookie(visit))


def local_path(path: str) -> str:
    """A path to one of our pages, to go on to after signing in; empty for anything else."""
    if (
        not path.startswith("/")
        or len(path) > 500
        or any(ord(c) < 33 or c in '\\"<>' for c in path)
    ):
        return ""
    parts = path.split("?")[0].split("/")
    if parts[1] not in LANGUAGES or (parts[2:3] or [""])[0] in ("sign-in", "sign-out"):
        return ""
    return path


def idle_minutes(visit: Visit) -> int:
    """After how many idle minutes a shared phone signs out."""
    return max(1, visit.settings.shared_phone_idle_seconds // 60)


def client_address(visit: Visit) -> str:
    """Where the request came from: the proxy's word where uvicorn trusts it. May be empty."""
    client = visit.request.client
    return client.host if client is not None else ""
