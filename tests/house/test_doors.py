"""Every route names who may enter, in the application that really starts."""

import pytest
from fastapi import APIRouter

from app.core.settings import Settings
from app.main import check_doors, create_app, routes_of
from app.web.doors import Door, door_of
from app.web.forms import _posted


def test_every_route_has_a_door(settings: Settings) -> None:
    app = create_app(settings)
    routes = routes_of(app)
    assert len(routes) > 50
    assert [route.path for route in routes if door_of(route) is None] == []


def test_an_open_door_stops_the_start(settings: Settings) -> None:
    app = create_app(settings)
    router = APIRouter()
    router.add_api_route("/hole", lambda: "open")
    app.include_router(router)
    with pytest.raises(RuntimeError, match="/hole"):
        check_doors(app)


def test_whatever_writes_reads_the_form_that_checks_its_token(settings: Settings) -> None:
    for route in routes_of(create_app(settings)):
        if route.methods & {"POST", "PUT", "PATCH", "DELETE"}:
            calls = [one.call for one in route.dependant.dependencies]
            assert _posted in calls, route.path


def test_nothing_writes_on_a_get(settings: Settings) -> None:
    import inspect

    for route in routes_of(create_app(settings)):
        if route.methods == {"GET"}:
            assert "transaction(" not in inspect.getsource(route.endpoint), route.path


def test_no_answer_goes_out_while_its_visit_still_reads(settings: Settings) -> None:
    """With a rollback journal, a phone that reads slowly would hold up every writer."""
    for route in routes_of(create_app(settings)):
        for one in route.dependant.dependencies:
            if isinstance(one.call, Door):
                assert one.scope == "function", route.path
