"""The scene of the demonstration about the office's directory: a real slapd, and an employee who comes in by it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import requests

from office.browser import Browser, PageError
from office.ldap import GROUPS, PORTAL, PORTAL_PASSWORD, SUFFIX, PracticeDirectory
from office.people import LABORATORY
from office.scenes import Stage
from office.sshd import free_port
from portal.store.models import AuditEntry, User
from portal.web.messages import label

GROUP = f"cn=pemeriksa,{GROUPS}"
EMPLOYEE, PASSWORD = "maya", secrets.token_urlsafe(12)


def begin(folder: Path) -> PracticeDirectory:
    """Start a directory that knows one employee and one group. Whoever calls it stops it."""
    directory = PracticeDirectory(folder, free_port())
    directory.start()
    employee = directory.add_person(EMPLOYEE, PASSWORD, cn="Maya Lestari", mail="maya@lumbung.example",
                                    employeeNumber="199203142016022001", departmentNumber=LABORATORY)  # fmt: skip
    directory.add_group("pemeriksa", [employee])
    return directory


def environment(directory: PracticeDirectory) -> dict[str, str]:
    """The settings with which the portal asks this directory."""
    return {
        "LUMBUNG_LDAP_URL": directory.url,
        "LUMBUNG_LDAP_STARTTLS": "false",
        "LUMBUNG_LDAP_BIND_DN": PORTAL,
        "LUMBUNG_LDAP_BIND_PASSWORD": PORTAL_PASSWORD,
        "LUMBUNG_LDAP_BASE": SUFFIX,
        "LUMBUNG_LDAP_ATTRIBUTES": "username=uid,name=cn,email=mail,nip=employeeNumber,unit=departmentNumber",
        "LUMBUNG_LDAP_ROLES": f"auditor={GROUP}",
        "LUMBUNG_LDAP_SECONDS": "2",
    }


def signing_in(directory: PracticeDirectory) -> Callable[[Stage], None]:
    """The scene: she comes in, holds the role of her group, and the portal lives on while the directory is away."""

    def directory_scene(stage: Stage) -> None:
        url = stage.desks["sistem"].url
        with stage.checks.that("ldap.sign_in") as check:
            for wrong in ("", "salah"):
                check.demand(_refused(url, wrong), f"she came in with the password “{wrong}”")
            check.demand(
                not User.select().where(User.username == EMPLOYEE).exists(), "an account before a sign-in"
            )
            page = Browser(url, EMPLOYEE, PASSWORD).open("/akun").text
            check.demand(label("role", "auditor") in page, page[:300])
            check.demand("direktori pegawai" in page, "the page offers a password to change")
            Browser(url, EMPLOYEE, PASSWORD).open("/audit")
            granted = AuditEntry.get(AuditEntry.tag == "role:granted", AuditEntry.data["source"] == "ldap")
            check.demand(granted.data["group"] == GROUP, f"the trail says {granted.data}")
            found = stage.desks["sistem"].open(f"/pengguna/direktori?cari={EMPLOYEE}").text
            check.demand("Direktori menjawab" in found and GROUP in found, found[:300])
            directory.stop()
            check.demand(_refused(url, PASSWORD), "she came in although the directory is away")
            stage.desks["sistem"].open("/pengguna")
            directory.start()
            Browser(url, EMPLOYEE, PASSWORD)
            check.detail = "slapd found her, her group made her auditor, an empty password did not let her in"

    return directory_scene


def _refused(url: str, password: str) -> bool:
    try:
        Browser(url, EMPLOYEE, password)
    except (PageError, requests.RequestException):
        return True
    return False
