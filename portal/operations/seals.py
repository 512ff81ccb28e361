"""Whose seal papers carry: the installation's own, or the certificate that the office was given as PKCS#12."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

from portal.config import ConfigurationError, Settings
from portal.documents import signing
from portal.documents.papers import SealKind
from portal.documents.signing import Seal, Verdict
from portal.errors import TransitionRefused
from portal.operations import sealing

SEAL_FILE = "portal-seal"
BSRE = ("bsre", "balai besar sertifikasi elektronik", "balai sertifikasi elektronik")
"""How the state's authority names itself; its sentence is printed over none but its own certificates."""


def seal_of(settings: Settings) -> Seal:
    """The seal that papers get now. Raises ConfigurationError for a PKCS#12 file that cannot be used."""
    return own(settings) if settings.seal_pkcs12 is None else _given(settings)


def usable(settings: Settings, at: datetime) -> Seal:
    """The same, for sealing at `at`. Raises TransitionRefused('paper.seal_expired') when its certificate has ended by
    then: what it sealed would count for nothing. The paper keeps its number and what it says, and is sealed later."""
    seal = seal_of(settings)
    if signing.ends_at(seal) <= at:
        raise TransitionRefused("paper.seal_expired", until=signing.ends_at(seal))
    return seal


def own(settings: Settings) -> Seal:
    """The installation's own seal, made at first use and kept beside the other secrets."""
    return _opened(sealing.kept(SEAL_FILE, lambda: _made(settings), settings))


def kind_of(settings: Settings) -> SealKind:
    """What papers say of their seal."""
    if settings.seal_pkcs12 is None:
        return "portal"
    return "bsre" if settings.seal_is_bsre else "office"


def check(settings: Settings) -> None:
    """Asked at the start, so that nobody finds out by an unsealed letter. A certificate that has ended stops no portal:
    papers wait for the next one, and a finding says so. Raises ConfigurationError."""
    if settings.seal_pkcs12 is None:
        return
    issuer = signing.issuer_of(_given(settings))
    if settings.seal_is_bsre and not any(name in issuer.lower() for name in BSRE):
        raise ConfigurationError(f"LUMBUNG_SEAL_IS_BSRE: this certificate is not BSrE's but of {issuer}")


def judged(pdf: bytes, fingerprint: str, at: datetime, settings: Settings) -> Verdict:
    """What the validator says of a paper that was sealed at `at` by the certificate with this fingerprint. One that
    expired since then was good when it sealed."""
    path = settings.var / "papers" / f"seal-{fingerprint}.json"
    if not path.is_file():
        return Verdict()
    return signing.verdict(pdf, _opened(path.read_text(encoding="ascii")), at=at)


def remember(seal: Seal, settings: Settings) -> None:
    """Keep what is needed to judge this seal after the office has got another one; no key."""
    path = settings.var / "papers" / f"seal-{seal.fingerprint}.json"
    if path.exists():
        return
    waiting = path.with_suffix(".new")
    waiting.write_text(_written(Seal(b"", seal.certificate, seal.root, seal.between)), encoding="ascii")
    waiting.replace(path)


def _given(settings: Settings) -> Seal:
    try:
        data = settings.seal_pkcs12.read_bytes() if settings.seal_pkcs12 else b""
        return signing.from_pkcs12(data, settings.seal_passphrase.get_secret_value())
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"LUMBUNG_SEAL_PKCS12: {error}") from None


def _made(settings: Settings) -> str:
    return _written(signing.make_seal(f"Lumbung {settings.center_short}", at=datetime.now(UTC)))


def _written(seal: Seal) -> str:
    parts = {"key": seal.key, "certificate": seal.certificate, "root": seal.root}
    told: dict[str, object] = {name: base64.b64encode(data).decode("ascii") for name, data in parts.items()}
    return json.dumps(told | {"between": [base64.b64encode(each).decode("ascii") for each in seal.between]})


def _opened(text: str) -> Seal:
    parts = json.loads(text)
    between = tuple(base64.b64decode(each) for each in parts.pop("between", ()))
    return Seal(**{name: base64.b64decode(data) for name, data in parts.items()}, between=between)
