"""Environment (and `*_FILE`) to one frozen `Settings`; nonsense stops the start with a clear message."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from schemas.directory import attributes, group_roles

PREFIX = "LUMBUNG_"
LISTS = ("allowed_networks", "second_factor_roles")
SECRET_LENGTH = 32
SFTP = re.compile(r"sftp:[a-z_][a-z0-9_-]{0,31}@[A-Za-z0-9][A-Za-z0-9.-]{0,252}:/[^\x00-\x1f]*")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
PRIVATE_NETWORKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")


class ConfigurationError(Exception):
    """The environment holds a value that cannot be worked with; the text names each variable."""


class Settings(BaseModel):
    """Everything an installation can set. The variable is `LUMBUNG_` and the name in capitals.

    Units stand in the names. A value may come from a file: `LUMBUNG_SECRET_KEY_FILE=/run/secrets/key`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    var: Path = Path("var")
    database_url: str = ""
    redis_url: str = ""
    secret_key: str = ""
    vault: Path | None = None
    secrets: Path | None = None
    base_url: str = "http://127.0.0.1:8000"
    practice: bool = False
    cookie_secure: bool = True
    trusted_proxies: int = Field(0, ge=0, le=5)

    allowed_networks: tuple[IPv4Network | IPv6Network, ...] = Field(PRIVATE_NETWORKS, validate_default=True)
    allow_loopback_servers: bool = False

    session_idle_minutes: int = Field(8 * 60, ge=5, le=7 * 24 * 60)
    session_days: int = Field(7, ge=1, le=90)
    sign_in_per_minute: int = Field(10, ge=1, le=1000)
    attachment_max_bytes: int = Field(10 * 1024 * 1024, ge=1024, le=200 * 1024 * 1024)
    attachments_per_request: int = Field(10, ge=1, le=100)

    lease_seconds: int = Field(60, ge=5, le=3600)
    sweep_seconds: int = Field(10, ge=1, le=600)
    integrity_parts: int = Field(8, ge=1, le=256)
    integrity_circle_days: int = Field(28, ge=0, le=3650)
    restore_test_days: int = Field(30, ge=0, le=3650)
    emergency_hours: int = Field(24, ge=1, le=168)
    emergency_review_days: int = Field(3, ge=1, le=30)
    restore_keep_days: int = Field(7, ge=0, le=365)
    command_seconds: int = Field(600, ge=5, le=86_400)
    certificate_days: int = Field(90, ge=1, le=3650)
    safety_keep_days: int = Field(90, ge=1, le=3650)
    scratch: Path | None = None
    vault_runs: int = Field(0, ge=0, le=256)
    repository_vault: str = ""
    repository_vault_port: int = Field(22, ge=1, le=65535)
    second_vault: str = ""
    second_vault_port: int = Field(22, ge=1, le=65535)
    second_copy_late_hours: int = Field(48, ge=1, le=24 * 90)
    idle_deadline_seconds: int = Field(300, ge=5, le=86400)
    engine_quiet_seconds: int = Field(6 * 3600, ge=5, le=7 * 86400)

    smtp_host: str = ""
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    mail_sender: str = ""
    webhook_url: str = ""
    webhook_secret: SecretStr = SecretStr("")
    ca_bundle: Path | None = None

    second_factor_roles: tuple[str, ...] = ()

    ldap_url: str = ""
    ldap_starttls: bool = True
    ldap_bind_dn: str = ""
    ldap_bind_password: SecretStr = SecretStr("")
    ldap_base: str = ""
    ldap_user_filter: str = "(uid={username})"
    ldap_group_base: str = ""
    ldap_group_filter: str = "(|(member={dn})(uniqueMember={dn})(memberUid={username}))"
    ldap_attributes: str = "username=uid,name=cn,email=mail,nip=employeeNumber"
    ldap_roles: str = ""
    ldap_unit: str = ""
    ldap_seconds: int = Field(4, ge=1, le=30)

    agency: str = "BADAN TENAGA NUKLIR NASIONAL"
    center: str = "PUSAT PENDAYAGUNAAN INFORMATIKA DAN KAWASAN STRATEGIS NUKLIR"
    center_short: str = "PPIKSN"
    address: str = "Kawasan Nuklir Serpong, Tangerang Selatan, Banten"
    city: str = "Tangerang Selatan"
    form_download: str = "http://datacenter.batan.go.id/"
    suggestion_email: str = "layanan_mail@batan.go.id"
    verification_per_minute: int = Field(30, ge=1, le=10_000)
    seal_pkcs12: Path | None = None
    seal_passphrase: SecretStr = SecretStr("")
    seal_is_bsre: bool = False
    letter_pattern: str = "{seq}/{unit}/{class}/{month}/{year}"

    @model_validator(mode="before")
    @classmethod
    def _derive(cls, values: dict[str, Any]) -> dict[str, Any]:
        var = Path(values.get("var") or "var").absolute()
        values["var"] = var
        values.setdefault("vault", var / "vault")
        values.setdefault("secrets", var / "secrets")
        values["database_url"] = values.get("database_url") or f"sqlite:///{var / 'lumbung.db'}"
        values["redis_url"] = values.get("redis_url") or f"unix://{var / 'redis' / 'redis.sock'}"
        return values

    @model_validator(mode="after")
    def _check(self) -> Settings:
        if not self.database_url.startswith(("sqlite:///", "postgresql://")):
            raise ValueError("database_url: sqlite:///… or postgresql://… expected")
        if not self.redis_url.startswith(("unix://", "redis://", "rediss://")):
            raise ValueError("redis_url: unix://…, redis://… or rediss://… expected")
        if not self.base_url.startswith(("http://", "https://")):
            raise ValueError("base_url: http://… or https://… expected")
        if self.secret_key and len(self.secret_key) < SECRET_LENGTH:
            raise ValueError("secret_key: at least 32 characters expected")
        if self.seal_is_bsre and self.seal_pkcs12 is None:
            raise ValueError("seal_is_bsre: seal_pkcs12 expected, the file with BSrE's certificate")
        self._check_channels()
        self._check_repository_vault()
        self._check_second_vault()
        self._check_directory()
        return self

    def _check_directory(self) -> None:
        """A password goes to the directory over an encrypted connection, or nowhere but to this machine."""
        if not self.ldap_url:
            return
        parts = urlsplit(self.ldap_url)
        if (
            parts.scheme not in ("ldap", "ldaps")
            or not parts.hostname
            or parts.username
            or parts.path.strip("/")
        ):
            raise ValueError("ldap_url: ldaps://host or ldap://host expected")
        if parts.scheme == "ldap" and not self.ldap_starttls and parts.hostname not in LOOPBACK:
            raise ValueError("ldap_starttls: true expected where ldap_url is ldap:// to another machine")
        if not self.ldap_base:
            raise ValueError("ldap_base: where to search is expected where ldap_url is set")
        if self.ldap_bind_dn and not self.ldap_bind_password.get_secret_value():
            raise ValueError("ldap_bind_password: expected where ldap_bind_dn is set")
        if "{username}" not in self.ldap_user_filter:
            raise ValueError("ldap_user_filter: {username} expected in it")
        attributes(self.ldap_attributes)
        group_roles(self.ldap_roles)

    def _check_repository_vault(self) -> None:
        """Another machine, or nothing: then the repositories lie in the vault. restic copies over one way at a time."""
        if self.repository_vault and not SFTP.fullmatch(self.repository_vault):
            raise ValueError("repository_vault: sftp:user@host:/folder expected")
        if self.repository_vault and SFTP.fullmatch(self.second_vault):
            raise ValueError("second_vault: a folder expected where repository_vault is on another machine")

    def _check_second_vault(self) -> None:
        """It is a folder or an sftp address, and not inside the vault that it is to outlive."""
        if not self.second_vault or SFTP.fullmatch(self.second_vault):
            return
        path = Path(self.second_vault)
        if not path.is_absolute():
            raise ValueError("second_vault: /folder or sftp:user@host:/folder expected")
        if path.is_relative_to(self.vault_path) or self.vault_path.is_relative_to(path):
            raise ValueError("second_vault: a place outside of the vault expected")

    def _check_channels(self) -> None:
        """A password goes over an encrypted connection or not at all, and a receiver can tell who is calling."""
        if self.smtp_host and "@" not in self.mail_sender:
            raise ValueError("mail_sender: an address expected where smtp_host is set")
        if not (self.smtp_user + self.smtp_password.get_secret_value()).isascii():
            raise ValueError("smtp_password: plain letters, digits and signs expected")
        if self.smtp_user and self.smtp_security == "none" and self.smtp_host not in LOOPBACK:
            raise ValueError("smtp_security: starttls or tls expected where smtp_user is set")
        if not self.webhook_url:
            return
        parts = urlsplit(self.webhook_url)
        plain = self.webhook_url.isascii() and self.webhook_url.isprintable() and parts.port != 0
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or not plain:
            raise ValueError("webhook_url: http://… or https://… without a password expected")
        if len(self.webhook_secret.get_secret_value()) < SECRET_LENGTH:
            raise ValueError("webhook_secret: at least 32 characters expected")

    @property
    def channels(self) -> tuple[str, ...]:
        """The ways on which people are told what happened; empty where none is set."""
        return tuple(name for name, on in (("mail", self.smtp_host), ("webhook", self.webhook_url)) if on)

    @property
    def vault_path(self) -> Path:
        """Where the copies and repositories of all servers live."""
        return (self.vault or self.var / "vault").absolute()

    @property
    def secrets_path(self) -> Path:
        """Where private keys and repository passwords live, 0700, never in the database."""
        return (self.secrets or self.var / "secrets").absolute()

    def ensure_folders(self) -> None:
        """Make the working folders, readable by the owner only. Raises OSError."""
        for folder in (
            self.var,
            self.vault_path,
            self.secrets_path,
            self.var / "log",
            self.var / "evidence",
            self.var / "attachments",
            self.var / "papers",
            self.var / "restore",
            self.var / "redis",
        ):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.chmod(0o700)

    def session_secret(self) -> str:
        """The key that signs cookies: the setting, or one made once and kept in a 0600 file."""
        if self.secret_key:
            return self.secret_key
        path = self.secrets_path / "session-key"
        self.ensure_folders()
        if not path.exists():
            # Written aside and linked whole: another process never reads half a key, a crash leaves none.
            waiting = path.with_name(f"session-key.{os.getpid()}.{secrets.token_hex(4)}")
            waiting.touch(mode=0o600)
            waiting.write_text(secrets.token_hex(32), encoding="ascii")
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(waiting)
            waiting.unlink()
        key = path.read_text(encoding="ascii").strip()
        if len(key) < SECRET_LENGTH:
            raise ConfigurationError(f"{path}: too short to be a key; remove it to have a new one made")
        return key


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read `LUMBUNG_*` (and `DATABASE_URL`) from `environ`. Raises ConfigurationError naming every bad variable."""
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    problems: list[str] = []
    if environ.get("DATABASE_URL"):
        values["database_url"] = environ["DATABASE_URL"]
    for key, text in environ.items():
        if not key.startswith(PREFIX) or key == PREFIX + "BIND":
            continue
        name = key.removeprefix(PREFIX).lower()
        if name.endswith("_file"):
            name, text = name.removesuffix("_file"), _read(key, text, problems)
        if name not in Settings.model_fields:
            problems.append(f"{key}: no such setting")
        elif text != "":
            values[name] = _words(text) if name in LISTS else text
    try:
        settings = Settings(**values) if not problems else None
    except ValidationError as error:
        settings = None
        problems += [f"{PREFIX}{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
    if settings is None:
        raise ConfigurationError("; ".join(problems))
    return settings


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _read(key: str, path: str, problems: list[str]) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{key}: {error}")
        return ""
