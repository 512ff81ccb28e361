"""The WSGI entry: `gunicorn 'app:create_app()'`, `flask --app app …`. Imported by nobody but tests."""

from __future__ import annotations

from flask import Flask

from portal import cli
from portal.config import Settings
from portal.web import application


def create_app(settings: Settings | None = None) -> Flask:
    """The web site with its commands, for `settings` or for the environment. Raises ConfigurationError."""
    app = application.create_app(settings)
    cli.attach(app)
    return app
