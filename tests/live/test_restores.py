"""Files and folders brought back for people, from a real vault, to a real server."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tarfile
import threading
import zipfile
from pathlib import Path

import orjson
import pytest

from office.compare import differences
from portal.operations import audit, restore_runs, restores, runs
from portal.store import contents, db
from portal.store.models import Restore, Run, Snapshot
from schemas.restore import Archive, DownloadForm, ToServerForm
from tests.support.site import Site, next_key
from tests.support.sshd import frozen
from workers.engines import manifest
from workers.engines.lock import Lock

REASON = "Berkas terhapus tanpa sengaja."
NAMES = (
    b"new\nline",
    b"qu'ote\"s",
    b"-rf",
    b"$(touch x)",
    b"bad\xff\xfe",
    b"star*[a]?",
    b"back\\slash",
    "é".encode(),
)


@pytest.fixture
def backed_up(site: Site) -> Snapshot:
    """The copy of the practice folder, with names of any bytes."""
    for name in NAMES:
        with open(os.fsencode(site.tree) + b"/" + name, "wb") as file:  # noqa: PTH123
            file.write(name * 3)
    os.mkfifo(site.tree / "pipa")
    run = site.backup()
    assert run.state == "succeeded"
    return Snapshot.get(Snapshot.run == run)


def entry_of(site: Site, snapshot: Snapshot, name: bytes) -> contents.Entry:
    """The entry of a copy whose path ends so."""
    with contents.opened(site.settings.var, snapshot.manifest_sha256) as opened:
        waiting = [0]
        while waiting:
            for entry in opened.listing(waiting.pop(), 1).rows:
                if contents.path_to(opened.way(entry)).endswith(name):
                    return entry
                waiting += [entry.id] if entry.kind == "folder" else []
    raise AssertionError(name)


def approved(
    site: Site, snapshot: Snapshot, name: bytes, form: DownloadForm | ToServerForm, *more: bytes
) -> Restore:
    """A restore that Sari asked for and Joko approved, of one entry or several."""
    chosen = [entry_of(site, snapshot, each).id for each in (name, *more)]
    asked = restores.ask(site.server.id, snapshot.id, chosen, form, site.cast["sari"], next_key(), at=db.now(),
                         settings=site.settings)  # fmt: skip
    return restores.approve(asked.id, site.cast["joko"], at=db.now())


def started(site: Site, restore: Restore) -> Run:
    return restore_runs.start(restore.id, site.cast["agus"], next_key(), at=db.now(), settings=site.settings)


def carried_out(site: Site, restore: Restore) -> Run:
    return site.carry_out(started(site, restore))


def left(site: Site, run: Run) -> list[Path]:
    """The files below the run's own restore folder."""
    folder = site.settings.var / "restore" / f"run-{run.id}"
    return [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []


def to_server(site: Site, path: Path | str = "") -> ToServerForm:
    where = str(path or site.tree)
    return ToServerForm(reason=REASON, target_server_id=site.server.id, target_path=where)


@pytest.mark.parametrize("name", [b"/html/beranda.html", *(b"/" + name for name in NAMES)])
def test_it_brings_back_one_file_byte_for_byte(site, backed_up, name):
    restore = approved(site, backed_up, name, DownloadForm(reason=REASON))
    run = carried_out(site, restore)
    assert (run.state, run.context) == ("succeeded", {})
    path, shown = restore_runs.take(restore.id, site.cast["sari"], at=db.now(), settings=site.settings)
    with open(os.fsencode(site.tree) + name, "rb") as file:  # noqa: PTH123
        assert path.read_bytes() == file.read()
    assert shown.isprintable()
    assert "/" not in shown
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Restore.get_by_id(restore.id).state == "done"
    assert run.evidence["handover"]["approval_digest"] == restore.digest
    assert Snapshot.get_by_id(backed_up.id).proven_at is None
    assert audit.verify().ok


@pytest.mark.parametrize("kind", list(Archive))
def test_it_brings_back_a_folder_as_an_archive(site, backed_up, kind, tmp_path):
    restore = approved(site, backed_up, os.fsencode(site.tree), DownloadForm(reason=REASON, archive=kind))
    run = carried_out(site, restore)
    assert (run.state, run.context) == ("succeeded", {})
    path, shown = restore_runs.take(restore.id, site.cast["agus"], at=db.now(), settings=site.settings)
    assert shown == f"{site.tree.name}.{kind}"
    assert unpacked(path, kind) == {
        name: content for name, content in contents_of(site.tree).items() if content is not None
    }


@pytest.mark.parametrize("kind", list(Archive))
def test_it_brings_back_what_was_ticked_as_one_archive(site, backed_up, kind):
    names = [b"/" + NAMES[0], b"/html", b"/" + NAMES[-1]]
    restore = approved(site, backed_up, names[0], DownloadForm(reason=REASON, archive=kind), *names[1:])
    run = carried_out(site, restore)
    assert (run.state, run.context) == ("succeeded", {})
    path, shown = restore_runs.take(restore.id, site.cast["sari"], at=db.now(), settings=site.settings)
    assert shown == f"{site.tree.name}.{kind}"
    tops = tuple((os.fsencode(site.tree) + name).strip(b"/") for name in names)
    wanted = {name: content for name, content in contents_of(site.tree).items()
              if content is not None and (name in tops or name.startswith(tops[1] + b"/"))}  # fmt: skip
    assert unpacked(path, kind) == wanted
    assert run.evidence["handover"]["kind"] == "selection"


def contents_of(tree: Path) -> dict[bytes, bytes | None]:
    """Every file below a folder with its content; None for what is no file."""
    found: dict[bytes, bytes | None] = {}
    for folder, _, names in os.walk(os.fsencode(tree)):
        for name in names:
            path = os.path.join(folder, name)  # noqa: PTH118
            regular = stat.S_ISREG(os.lstat(path).st_mode)
            found[path.strip(b"/")] = Path(os.fsdecode(path)).read_bytes() if regular else None
    return found


def unpacked(path: Path, kind: str) -> dict[bytes, bytes]:
    if kind == "tar":
        with tarfile.open(path, errors="surrogateescape") as archive:
            files = [entry for entry in archive if entry.isfile() and not entry.name.endswith("/pipa")]
            return {os.fsencode(entry.name): archive.extractfile(entry).read() for entry in files}
    with zipfile.ZipFile(path) as archive:
        return {
            entry.filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437"): archive.read(entry)
            for entry in archive.infolist()
            if not (entry.is_dir() or entry.filename.endswith("/pipa"))
            and not stat.S_ISLNK(entry.external_attr >> 16)
        }


def test_it_brings_a_folder_to_a_new_place_beside_the_original(site, backed_up):
    before = contents_of(site.tree)
    run = carried_out(site, approved(site, backed_up, os.fsencode(site.tree), to_server(site)))
    assert (run.state, run.context) == ("succeeded", {})
    place = site.tree.with_name(f"{site.tree.name}.pemulihan-{run.id}")
    assert run.result["place"] == str(place)
    assert differences(site.tree, place) == []
    assert contents_of(site.tree) == before


def test_it_takes_what_a_server_gets_from_the_copy_while_that_is_proven_to_be_the_snapshot(site, backed_up):
    copy = site.settings.vault_path / str(site.server.id) / "copy"
    wish = os.fsencode(site.tree)
    assert carried_out(site, approved(site, backed_up, wish, to_server(site))).evidence["restore"][
        "restored"
    ] == str(copy)
    kept = copy / str(site.tree).lstrip("/") / "html" / "beranda.html"
    info = kept.stat()
    kept.write_bytes(kept.read_bytes()[::-1])
    os.utime(kept, ns=(info.st_atime_ns, info.st_mtime_ns))
    run = carried_out(site, approved(site, backed_up, wish, to_server(site)))
    assert (run.state, run.context) == ("succeeded", {})
    assert run.evidence["restore"]["restored"] != str(copy)
    assert differences(site.tree, Path(run.result["place"])) == []
    # A disk that lost a file by itself: nobody wrote to it, so only reading it tells.
    sealed_anew(site, backed_up, kept)
    run = carried_out(site, approved(site, Snapshot.get_by_id(backed_up.id), wish, to_server(site)))
    assert (run.state, run.context) == ("succeeded", {})
    assert "it is compared while it is sent" in site.log_of(run)
    assert "nobody wrote to it: the repository is asked" in site.log_of(run)
    assert run.evidence["restore"]["restored"] != str(copy)
    assert run.evidence["restore"]["difference_count"] == 0
    assert differences(site.tree, Path(run.result["place"])) == []
    # The right file again, but written: it is read before anything is sent.
    shutil.copy2(site.tree / "html" / "beranda.html", kept)
    run = carried_out(site, approved(site, Snapshot.get_by_id(backed_up.id), wish, to_server(site)))
    assert (run.state, run.context) == ("succeeded", {})
    assert "it is compared while it is sent" not in site.log_of(run)
    assert run.evidence["restore"]["restored"] == str(copy)


def sealed_anew(site: Site, snapshot: Snapshot, kept: Path) -> None:
    """The list as it would be had the file in the copy the inode and change time that it has now, but the bytes that it
    had then."""
    listed, old = Path(snapshot.manifest_path), snapshot.manifest_sha256
    name, info = b"/" + os.fsencode(kept.name), kept.stat()
    lines = [orjson.loads(line) for line in listed.read_bytes().splitlines()]
    for record in lines:
        if manifest.path_of(record).endswith(name):
            record["seen"] = [info.st_ino, info.st_ctime_ns]
    listed.write_bytes(b"".join(orjson.dumps(record) + b"\n" for record in lines))
    digest = manifest.digest_of(listed)
    Snapshot.update(manifest_sha256=digest).where(Snapshot.id == snapshot.id).execute()
    contents.path_of(site.settings.var, old).rename(contents.path_of(site.settings.var, digest))


def test_it_asks_the_repository_while_a_backup_changes_the_copy(site, backed_up):
    room = site.settings.vault_path / str(site.server.id)
    held = Lock(room / "lock")
    run = carried_out(site, approved(site, backed_up, b"/html/beranda.html", to_server(site)))
    held.release()
    assert (run.state, run.context) == ("succeeded", {})
    assert run.evidence["restore"]["restored"] != str(room / "copy")


def test_it_asks_the_repository_for_an_older_copy(site, backed_up):
    (site.tree / "html" / "beranda.html").write_text("another", encoding="ascii")
    assert site.backup().state == "succeeded"
    run = carried_out(site, approved(site, backed_up, b"/html/beranda.html", to_server(site)))
    assert (run.state, run.context) == ("succeeded", {})
    assert (Path(run.result["place"]) / "beranda.html").read_text(encoding="utf-8") != "another"


@pytest.mark.parametrize("name", [b"/" + name for name in NAMES])
def test_it_brings_one_file_to_a_new_folder(site, backed_up, name):
    run = carried_out(site, approved(site, backed_up, name, to_server(site)))
    assert (run.state, run.context) == ("succeeded", {})
    folder = os.fsencode(run.result["place"])
    assert os.listdir(folder) == [name[1:]]  # noqa: PTH208
    with open(folder + name, "rb") as file:  # noqa: PTH123
        assert file.read() == name[1:] * 3


@pytest.mark.parametrize("planted", ["folder", "link"])
def test_it_never_writes_over_what_is_there(site, backed_up, planted, tmp_path):
    run = started(site, approved(site, backed_up, b"/-rf", to_server(site)))
    place = site.tree.with_name(f"{site.tree.name}.pemulihan-{run.id}")
    if planted == "folder":
        place.mkdir()
    else:
        place.symlink_to(tmp_path / "elsewhere")
    run = site.carry_out(run)
    assert (run.state, run.code) == ("failed", "restore.target_taken")
    assert not (tmp_path / "elsewhere").exists()
    assert planted == "link" or list(place.iterdir()) == []


def test_it_says_that_there_is_no_place_for_it(site, backed_up, tmp_path):
    run = carried_out(site, approved(site, backed_up, b"/-rf", to_server(site, tmp_path / "tidak" / "ada")))
    assert (run.state, run.code) == ("failed", "restore.target_refused")


def test_it_tells_nothing_to_a_server_whose_host_key_has_changed(site, backed_up):
    run = started(site, approved(site, backed_up, b"/-rf", to_server(site)))
    site.server.host_key_state = "changed"
    site.server.save()
    run = site.carry_out(run)
    assert (run.state, run.code) == ("failed", "server.host_key_changed")


@pytest.mark.parametrize("form", ["file", "folder"])
def test_it_leaves_nothing_of_damaged_data(site, backed_up, form):
    packs = (site.settings.vault_path / str(site.server.id) / "repository" / "data").rglob("*")
    for pack in (path for path in packs if path.is_file()):
        pack.chmod(0o600)
        raw = bytearray(pack.read_bytes())
        for at in range(0, len(raw), 64):
            raw[at] ^= 1
        pack.write_bytes(raw)
    name = b"/html/beranda.html" if form == "file" else os.fsencode(site.tree)
    restore = approved(site, backed_up, name, DownloadForm(reason=REASON))
    run = carried_out(site, restore)
    assert (run.state, run.code) == ("failed", "restic.damaged")
    assert left(site, run) == []
    assert restore_runs.file_of(Restore.get_by_id(restore.id), site.settings) is None
    assert Restore.get_by_id(restore.id).state == "approved"


def test_it_compares_with_the_list_and_not_with_the_vault_alone(site, backed_up):
    """A vault that answers with other data than was listed: the sealed list decides."""
    manifest = Path(backed_up.manifest_path)
    text = manifest.read_bytes()
    line = next(line for line in text.splitlines(keepends=True) if b'html/beranda.html"' in line)
    at = line.index(b'"sha256":"') + 10
    forged = text.replace(line, line[:at] + b"0" * 64 + line[at + 64 :])
    manifest.write_bytes(forged)
    restore = approved(site, backed_up, b"/html/beranda.html", DownloadForm(reason=REASON))
    assert carried_out(site, restore).code == "proof.manifest_changed"
    digest = subprocess.run(["sha256sum", manifest], check=True, capture_output=True, text=True).stdout[:64]
    old = backed_up.manifest_sha256
    Snapshot.update(manifest_sha256=digest).where(Snapshot.id == backed_up.id).execute()
    contents.path_of(site.settings.var, old).rename(contents.path_of(site.settings.var, digest))
    for form, name in ((DownloadForm(reason=REASON), b"/html/beranda.html"),
                       (DownloadForm(reason=REASON, archive=Archive.TAR), os.fsencode(site.tree)),
                       (to_server(site), os.fsencode(site.tree))):  # fmt: skip
        run = carried_out(site, approved(site, Snapshot.get_by_id(backed_up.id), name, form))
        assert (run.state, run.code) == ("failed", "proof.differs")
        assert isinstance(form, ToServerForm) or left(site, run) == []


def test_it_stops_when_asked_and_leaves_nothing_to_take(site):
    (site.tree / "besar.bin").write_bytes(os.urandom(400_000_000))
    snapshot = Snapshot.get(Snapshot.run == site.backup())
    restore = approved(
        site, snapshot, os.fsencode(site.tree), DownloadForm(reason=REASON, archive=Archive.TAR)
    )
    run = _cancelled(site, started(site, restore), b"dump")
    assert (run.state, run.code) == ("cancelled", "run.cancelled")
    assert restore_runs.file_of(Restore.get_by_id(restore.id), site.settings) is None
    assert left(site, run) == []
    assert Restore.get_by_id(restore.id).state == "approved"


@pytest.mark.parametrize("phase", ["restore", "push"])
def test_it_stops_on_the_way_to_a_server_when_asked(site, phase):
    (site.tree / "besar.bin").write_bytes(os.urandom(400_000_000))
    snapshot = Snapshot.get(Snapshot.run == site.backup())
    if phase == "restore":
        shutil.rmtree(site.settings.vault_path / str(site.server.id) / "copy")
    restore = approved(site, snapshot, os.fsencode(site.tree), to_server(site))
    run = _cancelled(site, started(site, restore), b"restore" if phase == "restore" else b"--secluded-args")
    assert (run.state, run.code) == ("cancelled", "run.cancelled")
    assert (run.evidence or {}).get("handover") is None
    assert bool(list(site.tree.parent.glob("*.pemulihan-*"))) == (phase == "push")
    assert Restore.get_by_id(restore.id).state == "approved"


def _cancelled(site: Site, run: Run, word: bytes) -> Run:
    """The run, cancelled while a program with this word in its command line is at work."""
    worker = threading.Thread(target=site.carry_out, args=(run,))
    worker.start()
    with frozen(word):
        runs.cancel(run.id, site.cast["agus"], at=db.now())
    worker.join(60)
    return Run.get_by_id(run.id)
