"""Probes."""

from __future__ import annotations

from flask import Blueprint

from portal.web.access import Access

blueprint = Blueprint("health", __name__)
ACCESS: Access = {}
