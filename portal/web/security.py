"""Headers, cookies, form tokens and rates (OWASP ASVS 3.4, 4.2, 14.4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect

from portal.config import Settings

# No unsafe-*, no other host. `data:` images are the style sheet's own ticks and arrows.
CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# No eval, no scripts in fragments, no copies of pages kept in the browser; a refusal is shown, never lost.
HTMX_CONFIG: dict[str, Any] = {
    "allowEval": False,
    "allowScriptTags": False,
    "includeIndicatorStyles": False,
    "historyCacheSize": 0,
    "historyRestoreAsHxRequest": False,
    "selfRequestsOnly": True,
    "timeout": 60_000,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "422", "swap": True},
        {"code": "401", "swap": True, "target": "#dialogs", "swapOverride": "innerHTML"},
        {"code": "[45]..", "swap": False, "error": True},
    ],
}
FORM_OVERHEAD_BYTES = 1024 * 1024

LIMITER = "lumbung-limiter"
Rate = str | Callable[[], str]

csrf = CSRFProtect()


def protect(app: Flask, settings: Settings) -> None:
    """Set cookies, sizes and headers. Cookies last as long as a session may; the session's row ends it earlier."""
    app.config.update(
        SECRET_KEY=settings.session_secret(),
        SESSION_COOKIE_NAME="__Host-lumbung" if settings.cookie_secure else "lumbung",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.cookie_secure,
        PERMANENT_SESSION_LIFETIME=timedelta(days=settings.session_days),
        MAX_CONTENT_LENGTH=settings.attachment_max_bytes * settings.attachments_per_request
        + FORM_OVERHEAD_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_OVERHEAD_BYTES,
        WTF_CSRF_TIME_LIMIT=None,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=30),  # addresses change with the file (assets)
    )

    app.jinja_env.globals["htmx_config"] = HTMX_CONFIG

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.cookie_secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
            response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
            response.vary.add("HX-Request")
        return response


def check_tokens(app: Flask) -> None:
    """Refuse every change without this session's form token."""
    csrf.init_app(app)


def limit_rates(app: Flask, settings: Settings) -> None:
    """Count in Redis, and in this process's memory while Redis is away: it must never stop a sign-in."""
    url = settings.redis_url
    limiter = Limiter(
        get_remote_address,
        storage_uri="redis+" + url if url.startswith("unix://") else url,
        storage_options={"socket_connect_timeout": 1, "socket_timeout": 1},
        in_memory_fallback_enabled=True,
    )
    limiter.init_app(app)
    app.extensions[LIMITER] = limiter


def limit(app: Flask, endpoint: str, rate: Rate) -> None:
    """Let one address call `endpoint` only as often as `rate` says: "10 per minute", or a function that says so."""
    limiter: Limiter = app.extensions[LIMITER]
    view: Any = limiter.limit(rate)(app.view_functions[endpoint])
    app.view_functions[endpoint] = view
