"""The commands: `flask --app app …`."""

from __future__ import annotations

from flask import Flask


def attach(app: Flask) -> None:
    """Add the commands to the application."""
