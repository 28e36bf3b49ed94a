"""Settings, all with the prefix ASAR_. Production is the default and starts only when safe."""

from pathlib import Path
from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url

Mode = Literal["production", "demo", "development"]


class Settings(BaseSettings):
    """What an operator may set. See the table in the README."""

    model_config = SettingsConfigDict(env_prefix="ASAR_", extra="ignore")

    mode: Mode = "production"
    database_url: str = "sqlite:///asar.db"
    keys_dir: Path | None = None
    public_url: str = ""  # https://asar.example.kz ; demanded in production
    operator: str = ""  # who runs this and how to reach them; demanded in production
    log_level: str = "INFO"
    tick_seconds: int = 20  # how often `serve` does what the clock demands; 0 leaves it to cron
    max_body_bytes: int = 26_000_000  # three photos of 8 MB
    office_sign_in_hours: int = 12
    shared_phone_idle_seconds: int = 180
    own_phone_days: int = 14

    @property
    def sqlite_path(self) -> Path | None:
        """The database file, or None when the database is a server or lives in memory."""
        url = make_url(self.database_url)
        if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
            return None
        return Path(str(url.database))

    @property
    def keys_folder(self) -> Path:
        """Where the keys lie: as set, else beside the database."""
        if self.keys_dir is not None:
            return self.keys_dir
        path = self.sqlite_path
        return path.with_name(path.name + ".keys") if path else Path("asar.keys")

    @property
    def over_https(self) -> bool:
        """Whether cookies are Secure: always in production."""
        return self.mode == "production" or self.public_url.startswith("https://")
