"""The scene of the demonstration about a request's whole file: taken over HTTP, checked where no portal is."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

from office.checks import Check
from office.scenes import Stage
from portal.web.messages import label

REQUEST = 1
"""The first request of the demonstration, which was granted and closed."""
CONFINED = ("unshare", "--map-root-user", "--net")


def taken(stage: Stage) -> None:
    """The auditor takes the file of a closed request; its own verifier holds it whole, and a changed copy not."""
    desks, top = stage.desks, stage.out / "bundle"
    with stage.checks.that("bundle.verifies_offline") as check:
        state = desks.state(REQUEST, "auditor")
        check.demand(label("step", "closed") in state, state)
        desks["auditor"].open(f"/permohonan/{REQUEST}")
        check.demand("Unduh berkas lengkap" in desks["auditor"].text, "the page offers no file")
        data = desks["auditor"].download(f"/permohonan/{REQUEST}/berkas.zip")
        whole, told = _verified(data, top / "utuh")
        check.demand(whole, told)
        trail = top / "jejak.jsonl"
        trail.write_bytes(desks["auditor"].download("/audit/jejak.jsonl"))
        whole, told = _verified(data, top / "dengan-jejak", "--jejak", str(trail))
        check.demand(whole and "anggota rantai" in told, told)
        tried = _tampered(check, data, top)
        whole, told = _verified(
            desks["pegawai"].download(f"/permohonan/{REQUEST}/berkas.zip"), top / "pemohon"
        )
        check.demand(whole, told)
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
        check.detail = (
            f"{len(names)} files, {len(data):,} bytes: whole {'without network' if _confined() else 'here'}, "
            f"its entries in the whole trail; {tried} changed copies refused by name"
        )


def _tampered(check: Check, data: bytes, top: Path) -> int:
    """Each kind of change is refused, by the name of what was changed; how many were tried."""
    tried = 0
    for name, change in (("surat/balasan.pdf", _flip), ("data/permohonan.json", Path.unlink),
                         ("surat/tambahan.pdf", Path.touch), ("jejak/kejadian.jsonl", _swap)):  # fmt: skip
        tried += 1
        folder = _unpacked(data, top / f"diubah-{tried}")
        change(folder / name)
        if change is _swap:
            _listed_anew(folder, name)
        whole, told = _checked(folder)
        named = "kejadian nomor" if change is _swap else name
        check.demand(not whole, f"{name} was changed and the verifier says: {told}")
        check.demand(named in told, f"{named} is not named: {told}")
    return tried


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _swap(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    lines[1], lines[2] = lines[2], lines[1]
    path.write_bytes(b"".join(lines))


def _listed_anew(folder: Path, name: str) -> None:
    """What a forger can do without the seal's key: let the list say what stands there now."""
    manifest = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))
    data = (folder / name).read_bytes()
    manifest["files"][name] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (folder / "MANIFEST.json").write_text(json.dumps(manifest), encoding="utf-8")


def _verified(data: bytes, folder: Path, *arguments: str) -> tuple[bool, str]:
    return _checked(_unpacked(data, folder), *arguments)


def _unpacked(data: bytes, folder: Path) -> Path:
    """The zip in an empty folder; its one folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        found.extractall(folder)
    (top,) = folder.iterdir()
    return top


def _checked(folder: Path, *arguments: str) -> tuple[bool, str]:
    """What the folder's own verifier says, with plain python3, no environment and, where it can be had, no network."""
    argv = [*(CONFINED if _confined() else ()), "python3", "-I", "periksa.py", *arguments]
    done = subprocess.run(
        argv, cwd=folder, env={"PATH": "/usr/bin:/bin"}, check=False, capture_output=True, text=True
    )
    return done.returncode == 0, done.stdout + done.stderr


def _confined() -> bool:
    tool = shutil.which("unshare")
    return (
        bool(tool) and subprocess.run([*CONFINED, "true"], check=False, capture_output=True).returncode == 0
    )
