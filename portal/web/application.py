"""Puts the web site together: settings, doors, pages, words."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

from flask import Flask
from htmx_flask import Htmx
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import config
from portal.config import Settings
from portal.operations import directory_accounts, seals, second_factor
from portal.store import db
from portal.web import (
    access,
    addresses,
    assets,
    errors,
    formatting,
    icons,
    identity,
    messages,
    navigation,
    security,
)

ROOT = Path(__file__).resolve().parents[2]

# Every page family: a module of portal.web with a `blueprint` and, beside its views, its `ACCESS` rules (and `LIMITS`
# of how often one address may call).
PAGES = (
    "home",
    "auth",
    "account",
    "mailing",
    "second_factor",
    "health",
    "requests",
    "services",
    "inbox",
    "desk",
    "papers",
    "letters",
    "writing",
    "styles",
    "bundles",
    "attachments",
    "servers",
    "copies",
    "restores",
    "mirrors",
    "runs",
    "audit",
    "people",
    "delegations",
    "findings",
    "evaluation",
    "keeping",
    "outbox",
    "schedules",
    "calendar",
    "settings",
    "policies",
    "retention",
    "storage",
    "emergencies",
    "guide",
)


def create_app(settings: Settings | None = None) -> Flask:
    """The application for `settings`, or for the environment. Raises ConfigurationError on nonsense."""
    settings = settings or config.load()
    directory_accounts.check(settings)
    second_factor.check(settings)
    settings.ensure_folders()
    seals.check(settings)
    app = Flask("lumbung", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.config["SETTINGS"] = settings
    app.url_map.converters["int"] = addresses.Id
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    db.connect(settings.database_url)
    db.migrate()
    _one_connection_per_request(app)
    _doors(app, settings)
    for part in (assets, errors, formatting, icons, messages, navigation):
        part.attach(app)
    for page in pages():
        app.register_blueprint(page.blueprint)
        access.collect(app, page.ACCESS)
        for endpoint, rate in getattr(page, "LIMITS", {}).items():
            security.limit(app, endpoint, rate)
    return app


def pages() -> Iterator[ModuleType]:
    """The modules named in PAGES, in that order."""
    for name in PAGES:
        yield import_module(f"portal.web.{name}")


def _doors(app: Flask, settings: Settings) -> None:
    """In this order: who is it, may they come in, is it really their form. The door comes before the token, so
    that an ended session is answered with a sign-in that keeps what was typed."""
    security.protect(app, settings)
    Htmx(app)
    identity.attach(app)
    access.guard(app)
    security.check_tokens(app)
    security.limit_rates(app, settings)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _one_connection_per_request(app: Flask) -> None:
    @app.before_request
    def open_connection() -> None:
        db.database.connect(reuse_if_open=True)

    @app.teardown_request
    def close_connection(_error: BaseException | None) -> None:
        if not db.database.is_closed():
            db.database.close()
