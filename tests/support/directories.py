"""A directory with three people and two groups, served by a real slapd, and the settings that ask it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from office.ldap import GROUPS, PORTAL, PORTAL_PASSWORD, SUFFIX, PracticeDirectory
from portal.config import Settings

PASSWORD = "padi menguning di musim panen"
KEEPERS, HEADS = f"cn=penjaga-server,{GROUPS}", f"cn=kepala,{GROUPS}"


def fill(directory: PracticeDirectory) -> dict[str, str]:
    """Add the people (by user name their DN) and the groups."""
    people = {
        "maya": directory.add_person("maya", PASSWORD, cn="Maya Lestari, S.T.", mail="maya@example.go.id",
                                     employeeNumber="199203142016022001", departmentNumber="PRTRN"),
        "budi": directory.add_person("budi", PASSWORD, cn="Budi Hartono", mail="budi@example.go.id",
                                     employeeNumber="tidak ada", departmentNumber="PPIKSN"),
        "tanpa": directory.add_person("tanpa", PASSWORD, cn="Tanpa Surel"),
        "sari": directory.add_person("sari", PASSWORD, cn="Sari palsu", mail="palsu@example.go.id"),
    }  # fmt: skip
    directory.add_group("penjaga-server", [people["maya"]])
    directory.add_group("kepala", [people["budi"], people["maya"]])
    directory.add_group("lain", [people["maya"]])
    return people


def settings(base: Settings, directory: PracticeDirectory, **changes: Any) -> Settings:
    """`base`, with this directory."""
    asked = {
        "ldap_url": directory.url,
        "ldap_starttls": False,
        "ldap_bind_dn": PORTAL,
        "ldap_bind_password": PORTAL_PASSWORD,
        "ldap_base": SUFFIX,
        "ldap_attributes": "username=uid,name=cn,email=mail,nip=employeeNumber,unit=departmentNumber",
        "ldap_roles": f"administrator=CN=Penjaga-Server, {GROUPS}; unit_head={HEADS}",
        "ldap_unit": "PPIKSN",
        "ldap_seconds": 2,
    }
    return Settings(**base.model_dump() | asked | changes)


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate that vouches for itself, for the host `name`, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    made = builder.sign(key, hashes.SHA256())
    folder.mkdir(parents=True, exist_ok=True)
    written = folder / f"{name}.crt", folder / f"{name}.key"
    written[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    written[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    return written
