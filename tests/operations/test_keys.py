from __future__ import annotations

import subprocess

import pytest

from portal.errors import Forbidden, InvalidInput
from portal.operations import keys
from portal.store.models import AuditEntry, SshKey
from tests.support.machines import AT


def test_it_makes_a_key_that_openssh_reads(cast, settings):
    key = keys.generate("Web PRTRN", cast["agus"], at=AT, settings=settings)
    path = keys.path_of(key.id, settings)
    public = subprocess.run(["ssh-keygen", "-yf", path], capture_output=True, text=True, check=True).stdout
    assert public.split()[:2] == key.public_key.split()[:2]
    assert key.public_key.split()[2] == f"lumbung-{key.id}"
    listed = subprocess.run(["ssh-keygen", "-lf", path], capture_output=True, text=True, check=True).stdout
    assert key.fingerprint in listed
    assert "ED25519" in listed


def test_it_keeps_the_private_half_in_a_file_of_its_own(cast, settings):
    key = keys.generate("Web PRTRN", cast["agus"], at=AT, settings=settings)
    path = keys.path_of(key.id, settings)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == [str(key.id)]
    entry = AuditEntry.get(AuditEntry.tag == "key:generated")
    assert entry.data == {"name": "Web PRTRN", "fingerprint": key.fingerprint}


def test_it_refuses_a_name_that_is_taken_whatever_its_capitals(cast, settings):
    keys.generate("Web PRTRN", cast["agus"], at=AT, settings=settings)
    with pytest.raises(InvalidInput) as refused:
        keys.generate("web prtrn", cast["joko"], at=AT, settings=settings)
    assert refused.value.fields == {"key_name": ("key.name_taken", {"name": "web prtrn"})}
    assert SshKey.select().count() == 1


def test_it_keeps_no_row_when_the_private_half_cannot_be_written(cast, settings):
    settings.secrets_path.mkdir(parents=True, exist_ok=True)
    (settings.secrets_path / "ssh").write_text("in the way")
    with pytest.raises(OSError, match="ssh"):
        keys.generate("Web PRTRN", cast["agus"], at=AT, settings=settings)
    assert SshKey.select().count() == 0
    assert AuditEntry.select().count() == 0


def test_it_takes_the_place_of_what_a_failed_commit_left_behind(cast, settings):
    folder = settings.secrets_path / "ssh"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "1").write_text("left behind")
    (folder / "1.new").write_text("left behind too")
    key = keys.generate("Web PRTRN", cast["agus"], at=AT, settings=settings)
    assert key.id == 1
    assert "OPENSSH PRIVATE KEY" in keys.path_of(1, settings).read_text()


@pytest.mark.parametrize("who", ["sari", "ratna", "hendro", "dewi", "sri", "tono"])
def test_it_is_for_administrators_and_the_kasubbid_only(cast, settings, who):
    with pytest.raises(Forbidden):
        keys.generate("Web PRTRN", cast[who], at=AT, settings=settings)
    assert not (settings.secrets_path / "ssh").exists()
