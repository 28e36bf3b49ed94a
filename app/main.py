"""Where everything meets: the application, its doors checked, its clock running."""

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pkgutil import iter_modules

from fastapi import APIRouter, FastAPI, Response
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.telemetry import TelemetryConfig
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app import sending, tick, web
from app.core.clock import Clock, SystemClock
from app.core.database import make_engine
from app.core.keys import Keyring
from app.core.refusal import Refusal
from app.core.settings import Settings
from app.notices.gateways import gateway_of
from app.web import errors
from app.web.doors import SignInFirst, door_of
from app.web.guard import Guard
from app.web.render import STATIC

log = logging.getLogger("asar")
NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "auto_configure": False,
}


class _Static(StaticFiles):
    """Static files; their addresses carry their content's hash, so they are kept for good."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        scope: Scope = args[2] if len(args) > 2 else kwargs["scope"]  # type: ignore[assignment]
        if b"v=" in scope.get("query_string", b""):
            response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def create_app(
    settings: Settings,
    *,
    engine: Engine | None = None,
    keyring: Keyring | None = None,
    clock: Clock | None = None,
    run_clock: bool = False,
) -> FastAPI:
    """The application. `run_clock` starts the thread that does what the clock demands."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        stop = threading.Event()
        worker = threading.Thread(target=tick.keep_ticking, args=(app.state, stop), daemon=True)
        sender = threading.Thread(target=sending.keep_sending, args=(app.state, stop), daemon=True)
        if run_clock and settings.tick_seconds > 0:
            worker.start()
        if run_clock:  # also where cron ticks: whoever asked for a code is waiting for it
            sender.start()
        yield
        stop.set()
        app.state.posted.set()
        for thread in (worker, sender):
            if thread.is_alive():
                thread.join(timeout=10)
        app.state.engine.dispose()

    app = FastAPI(
        title="Asar",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        telemetry=NO_TELEMETRY,
        max_body_size=settings.max_body_bytes,
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.engine = engine or make_engine(settings.database_url)
    app.state.keyring = keyring or Keyring(settings.keys_folder)
    app.state.clock = clock or SystemClock()
    app.state.gateway = gateway_of(settings)
    app.state.posted = threading.Event()  # something was laid into the outbox
    app.state.cookie_name = "__Host-asar" if settings.over_https else "asar"

    # `/{lang}` and `/{lang}/{slug}` come last: `/source.zip` is no language, `/kk/me` no district.
    modules = sorted(found.name for found in iter_modules(web.__path__))
    # Before the pages: `/{lang}/{slug}` would take a static file for a district.
    app.mount("/static", _Static(directory=STATIC), name="static")
    last = {"installation": 1, "district": 2}
    for module in sorted(modules, key=lambda name: last.get(name, 0)):
        router = getattr(import_module(f"app.web.{module}"), "router", None)
        if isinstance(router, APIRouter):
            app.include_router(router)

    app.add_exception_handler(StarletteHTTPException, errors.http_error)
    app.add_exception_handler(Refusal, errors.refused)
    app.add_exception_handler(SignInFirst, errors.sign_in_first)
    app.add_exception_handler(OperationalError, errors.busy)
    app.add_exception_handler(Exception, errors.crashed)
    app.add_middleware(GZipMiddleware, minimum_size=500)
    app.add_middleware(Guard, over_https=settings.over_https)
    check_doors(app)
    return app


def routes_of(app: FastAPI) -> list[APIRoute]:
    """Every route of the application."""
    found = [context.route for context in iter_route_contexts(app.routes)]
    return [route for route in found if isinstance(route, APIRoute)]


def check_doors(app: FastAPI) -> None:
    """Refuses to go on with a route that does not say who may enter."""
    routes = routes_of(app)
    if not routes:
        raise RuntimeError("no routes were found: the check would prove nothing")
    if open_doors := [route.path for route in routes if door_of(route) is None]:
        raise RuntimeError(f"these routes name no door: {open_doors}")
