"""What each server process runs: the application of the settings, its clock ticking."""

from fastapi import FastAPI

from app.core.database import make_engine
from app.core.key_files import share
from app.core.settings import Settings
from app.main import create_app
from app.start import clock_for
from app.web.guard import log_json


def make() -> FastAPI:
    """The application as `asar serve` runs it."""
    settings = Settings()
    log_json(settings.log_level)
    engine = make_engine(settings.database_url)
    app = create_app(settings, engine=engine, clock=clock_for(engine), run_clock=True)
    # Open until this process ends: keys that somebody serves with are not rotated.
    app.state.keys_held = share(settings.keys_folder)
    return app
