"""Settings, all with the prefix ASAR_. Production is the default and starts only when safe."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url

Mode = Literal["production", "demo", "development"]


class Settings(BaseSettings):
    """What an operator may set. See the table in the README."""

    model_config = SettingsConfigDict(env_prefix="ASAR_", extra="ignore")

    mode: Mode = "production"
    database_url: str = "sqlite:///asar.db"
    migrate_url: str = ""  # PostgreSQL: the owner's address, for `asar migrate` alone
    keys_dir: Path | None = None
    public_url: str = ""  # https://asar.example.kz ; demanded in production
    operator: str = ""  # who runs this and how to reach them; demanded in production
    log_level: str = "INFO"
    tick_seconds: int = 20  # how often `serve` does what the clock demands; 0 leaves it to cron
    max_body_bytes: int = 26_000_000  # three photos of 8 MB
    office_sign_in_hours: int = 12
    shared_phone_idle_seconds: int = 180
    own_phone_days: int = 14
    people_per_phone: int = 5  # a family's; each but the first also needs their own card
    # Messages to phones. `http` POSTs `sms_body` as JSON; a status of 2xx says that it was taken.
    sms_gateway: Literal["", "none", "console", "file", "http"] = ""  # left out: by the mode
    sms_file: Path | None = None
    sms_url: str = ""
    sms_header: str = ""  # the header that carries the gateway's token, such as Authorization
    sms_header_value: SecretStr = SecretStr("")
    sms_body: str = '{"to": "{to}", "text": "{text}", "id": "{id}"}'  # also {digits}: to without +
    sms_timeout_seconds: float = Field(default=10, gt=0, le=25)
    sms_per_day: int = 2000  # of the whole installation; then no codes until tomorrow
    # Sign-in through the state's identity provider (OpenID Connect). Off while the first is empty.
    oidc_issuer: str = ""  # https://idp.example.kz ; its discovery document is read from there
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_iin_claim: str = "iin"  # under which it tells the identification number it vouches for
    oidc_scope: str = "openid"
    oidc_name_kk: str = ""  # how people call it; its host where left out
    oidc_name_ru: str = ""

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
    def gateway(self) -> str:
        """How messages leave: as set, else none in production and a file elsewhere."""
        return self.sms_gateway or ("none" if self.mode == "production" else "file")

    @property
    def message_file(self) -> Path:
        """Where the file gateway writes: as set, else beside the database."""
        if self.sms_file is not None:
            return self.sms_file
        path = self.sqlite_path
        return path.with_name(path.name + "-sms") if path else Path("asar.db-sms")

    @property
    def over_https(self) -> bool:
        """Whether cookies are Secure: always in production."""
        return self.mode == "production" or self.public_url.startswith("https://")
