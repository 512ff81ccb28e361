"""A real slapd on loopback with a small office in it: its port, folder and database are its own, ended by its pid."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ldap3 import Connection, Server
from ldap3.core.exceptions import LDAPException

SUFFIX = "dc=kantor,dc=example"
PEOPLE, GROUPS = f"ou=pegawai,{SUFFIX}", f"ou=kelompok,{SUFFIX}"
ADMIN, ADMIN_PASSWORD = f"cn=admin,{SUFFIX}", "hanya untuk latihan"
PORTAL, PORTAL_PASSWORD = f"cn=portal,{SUFFIX}", "sandi layanan portal"

# An unauthenticated bind succeeds here, as it does at directories that are set so: whoever takes it for a password
# that is right will be found out.
CONFIG = """\
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
allow bind_anon_cred bind_anon_dn
{tls}
database mdb
maxsize 67108864
suffix "{suffix}"
rootdn "{admin}"
rootpw "{admin_password}"
directory {folder}/database
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{portal}" read by * none
"""
START = """\
dn: {suffix}
objectClass: dcObject
objectClass: organization
dc: kantor
o: Kantor latihan

dn: {people}
objectClass: organizationalUnit
ou: pegawai

dn: {groups}
objectClass: organizationalUnit
ou: kelompok

dn: {portal}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: portal
userPassword: {portal_password}
"""


@dataclass
class PracticeDirectory:
    """One slapd under `folder`. `certificate` and `key` (files) let it speak TLS; `ssl` makes that the only way."""

    folder: Path
    port: int
    certificate: Path | None = None
    key: Path | None = None
    ssl: bool = False
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{'ldaps' if self.ssl else 'ldap'}://127.0.0.1:{self.port}"

    def prepare(self) -> None:
        """Make the folder and load the office's beginning."""
        (self.folder / "database").mkdir(parents=True, mode=0o700)
        tls = ""
        if self.certificate:
            tls = f"TLSCertificateFile {self.certificate}\nTLSCertificateKeyFile {self.key}"
        names = {"folder": self.folder, "tls": tls, "suffix": SUFFIX, "people": PEOPLE, "groups": GROUPS}
        names |= {"admin": ADMIN, "admin_password": ADMIN_PASSWORD}
        names |= {"portal": PORTAL, "portal_password": PORTAL_PASSWORD}
        (self.folder / "slapd.conf").write_text(CONFIG.format(**names), encoding="utf-8")
        argv = ["/usr/sbin/slapadd", "-f", str(self.folder / "slapd.conf"), "-q"]
        subprocess.run(argv, input=START.format(**names).encode(), check=True, capture_output=True)

    def start(self, seconds: float = 20) -> None:
        """Start it, loading the beginning when there is none. Raises RuntimeError when it does not answer."""
        if not (self.folder / "slapd.conf").exists():
            self.prepare()
        guard = ["setpriv", "--pdeathsig", "TERM", "--"]
        argv = ["/usr/sbin/slapd", "-h", self.url, "-f", str(self.folder / "slapd.conf"), "-d", "0"]
        log = (self.folder / "slapd.log").open("ab")
        self.process = subprocess.Popen([*guard, *argv], stdout=log, stderr=log)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            if self._answers():
                return
            time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"slapd does not answer; see {self.folder / 'slapd.log'}")

    def stop(self) -> None:
        """End it by its pid."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)
        self.process = None

    def add_person(self, uid: str, password: str, **attributes: str) -> str:
        """Add a person and return the DN; `attributes` beside cn and sn (mail, employeeNumber, …)."""
        dn = f"uid={uid},{PEOPLE}"
        held = {"cn": uid, "sn": uid, "userPassword": password, **attributes}
        self._do("add", dn, ["inetOrgPerson"], {name: value for name, value in held.items() if value})
        return dn

    def add_group(self, cn: str, members: Iterable[str]) -> str:
        """Add a group of these DNs and return its DN."""
        dn = f"cn={cn},{GROUPS}"
        self._do("add", dn, ["groupOfNames"], {"cn": cn, "member": list(members)})
        return dn

    def change(self, dn: str, **attributes: list[str]) -> None:
        """Replace attributes."""
        self._do("modify", dn, {name: [("MODIFY_REPLACE", values)] for name, values in attributes.items()})

    def remove(self, dn: str) -> None:
        """Remove an entry."""
        self._do("delete", dn)

    def _do(self, deed: str, *arguments: object) -> None:
        with Connection(Server(self.url), ADMIN, ADMIN_PASSWORD, auto_bind=True) as connection:
            if not getattr(connection, deed)(*arguments):
                raise RuntimeError(f"{deed}: {connection.result}")

    def _answers(self) -> bool:
        try:
            with Connection(Server(self.url, connect_timeout=1), receive_timeout=2) as connection:
                return bool(connection.open() is None)
        except (LDAPException, OSError):
            return False
