"""The scenes of the demonstration: each drives the pages and makes the checks it is named for."""

from __future__ import annotations

import secrets
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from office import compare
from office.checks import Check, Checks
from office.database_samples import Engines
from office.desks import Desks, in_a_week
from office.sshd import PracticeServer
from portal.config import Settings
from portal.sop.table import CURRENT_VERSION, Step, desk_of, transitions
from portal.web.messages import label

SUCCEEDED, CANCELLED = label("run_state", "succeeded"), label("run_state", "cancelled")
TO_KABID = (("kasatker", "forward"), ("kapusat", "forward"))
TO_KASUBBID = (*TO_KABID, ("kabid", "approve"))
UPWARD = (
    (Step.UNIT_NOTE, "kasatker", "forward"),
    (Step.CENTER_DISPOSITION, "kapusat", "forward"),
    (Step.POLICY_SELECTION, "kabid", "approve"),
)
BACK = (
    (Step.EXECUTION, "administrator", "report"),
    (Step.SUBDIVISION_REPORT, "kasubbid", "forward"),
    (Step.DIVISION_REPORT, "kabid", "forward"),
    (Step.REPLY, "kabagtu", "answer"),
)
HOLDERS = {
    "requester": "pegawai",
    "unit_head": "kasatker",
    "center_head": "kapusat",
    "division_head": "kabid",
    "subdivision_head": "kasubbid",
    "administrator": "administrator",
    "admin_affairs_head": "kabagtu",
}


@dataclass
class Stage:
    """What the scenes share, and what they leave for evidence.json."""

    desks: Desks
    checks: Checks
    settings: Settings
    sshd: PracticeServer
    tree: Path
    large: Path
    out: Path
    engines: Engines
    server_id: int = 0
    snapshot: str = ""
    restored: str = ""
    papers: dict[str, str] = field(default_factory=dict)
    databases: list[dict[str, object]] = field(default_factory=list)
    forbidden: list[str] = field(default_factory=list)
    tried: int = 0

    def trespass(self, request_id: int, step: Step) -> None:
        """Let everybody whose desk it is not try every action of the step; nobody may get through."""
        desk = HOLDERS[str(desk_of(CURRENT_VERSION, step))]
        revision = self.desks.revision(request_id, desk)
        before = self.desks.state(request_id, desk)
        for who, browser in self.desks.people.items():
            for move in transitions(CURRENT_VERSION, step):
                if HOLDERS[move.role] == who:
                    continue
                sent = {"action": move.action.value, "revision": revision, "note": "mencoba"}
                answer = browser.post(f"/permohonan/{request_id}/keputusan", sent)
                self.tried += 1
                if answer.status_code not in (403, 404):
                    self.forbidden.append(f"{who} {move.action} at {step}: {answer.status_code}")
        if self.desks.state(request_id, desk) != before:
            self.forbidden.append(f"{step} moved")


def enrol(stage: Stage) -> None:
    """The administrator enrols the practice server; the Kasubbid approves its host key; folders are chosen."""
    desks, sshd = stage.desks, stage.sshd
    stage.server_id, public_key = desks.enrol("situs-laboratorium", sshd.port, sshd.username)
    sshd.authorize(public_key)
    key = str(sshd.folder / "host_key.pub")
    argv = ["ssh-keygen", "-lf", key]
    shown = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    desks.approve_host_key(stage.server_id, shown.split()[1])
    desks.ask(stage.server_id, "probe")
    for path in (stage.tree, stage.large):
        desks.choose(stage.server_id, str(path))


def granted(stage: Stage) -> None:
    """The whole walk: FM 001 to the receipt, with a real run and its proof in the middle."""
    desks, checks = stage.desks, stage.checks
    request_id = desks.submit("Situs laboratorium harus cepat pulih bila servernya rusak.", str(stage.tree))
    with checks.that("run.authority") as check:
        _refused_runs(stage, check, request_id, "before approval")
    for step, who, action in UPWARD:
        stage.trespass(request_id, step)
        desks.decide(who, request_id, action, {"instructions": ["process"], "note": "Mohon ditindaklanjuti."})
    stage.trespass(request_id, Step.SPECIFICATION_SELECTION)
    desks.grant(request_id, stage.server_id, str(stage.tree))
    stage.trespass(request_id, Step.EXECUTION)
    desks.decide("administrator", request_id, "follow_up")
    _run_and_prove(stage, request_id)
    for step, who, action in BACK:
        if step is not Step.EXECUTION:
            stage.trespass(request_id, step)
        desks.decide(who, request_id, action, {"note": "Terlampir bukti pemulihannya."})
    stage.trespass(request_id, Step.RECEIPT)
    desks.decide("pegawai", request_id, "receive")
    with checks.that("chain.granted") as check:
        check.detail = desks.state(request_id)
        check.demand(label("step", "closed") in check.detail, check.detail)
        check.demand(label("outcome", "granted") in check.detail, check.detail)
    with checks.that("chain.forbidden") as check:
        check.detail = f"{stage.tried} trespasses by nine roles, all refused"
        check.demand(not stage.forbidden, "; ".join(stage.forbidden[:5]))
        check.demand(stage.tried > len(HOLDERS), "nobody tried")
    with checks.that("papers.fm001") as check:
        text = _paper(stage, request_id, "fm001")
        _says(check, text, "FORMULIR BACKUP SERVER", "FM 001 SOP 119.002/IF 03 01/ISN 2.2", "Sari Wulandari",
              "199203142016022001", "Bambang Hermawan", "Rizky Maulana", "Ditindaklanjuti",
              "Dilarang mengcopy")  # fmt: skip
    with checks.that("papers.disposition") as check:
        text = _paper(stage, request_id, "disposisi", "disposition")
        _says(check, text, "LEMBAR DISPOSISI", "Dengan hormat harap", "Mohon ditindaklanjuti.", "Retno Kusumaningrum",
              "Agus Prasetyo", "Dewi Anggraini")  # fmt: skip
    with checks.that("papers.reply_granted") as check:
        _says(check, _paper(stage, request_id, "balasan", "reply_granted"), "Siti Nurhayati", "Sari Wulandari",
              stage.snapshot[:8])  # fmt: skip
    for name, key in (("nota-dinas", "nota_dinas"), ("laporan", "report"), ("tanda-terima", "receipt")):
        _paper(stage, request_id, name, key)


def _refused_runs(stage: Stage, check: Check, request_id: int, when: str) -> None:
    """Nobody may start a run of this request now."""
    for who in ("administrator", "kasubbid", "pegawai", "sistem"):
        stage.desks[who].open("/")
        key = {"key": secrets.token_urlsafe(24)}
        answer = stage.desks[who].post(f"/permohonan/{request_id}/pekerjaan", key)
        check.demand(answer.status_code in (403, 404, 409, 422), f"{who} {when}: {answer.status_code}")
    runs = stage.desks["administrator"].open("/pekerjaan").text
    check.demand(f"PB-{time.strftime('%Y')}" not in runs or when != "before approval", "a run is listed")
    check.detail = f"no run starts {when}, whoever asks"


def _run_and_prove(stage: Stage, request_id: int) -> None:
    desks, checks = stage.desks, stage.checks
    run_id = desks.start_run(request_id)
    with checks.that("run.backup_files") as check:
        state = desks.await_run(run_id)
        check.demand(state == SUCCEEDED, state)
        evidence = desks.evidence(run_id)["snapshot"]
        stage.snapshot = evidence["snapshot_id"]
        listed = restic(stage, "snapshots", "--json")
        check.demand(stage.snapshot in listed, "restic does not list the snapshot")
        check.detail = (
            f"{evidence['files']} files, {evidence['total_bytes']} bytes, snapshot {stage.snapshot[:8]}"
        )
    with checks.that("proof.restore") as check:
        test_id = desks.start_restore_test(request_id)
        state = desks.await_run(test_id)
        check.demand(state == SUCCEEDED, state)
        proof = desks.evidence(test_id)["restore"]
        stage.restored = str(Path(proof["restored"]) / str(stage.tree).lstrip("/"))
        found = compare.differences(stage.tree, Path(stage.restored))
        check.demand(not found, "; ".join(found))
        check.demand(not (found := _diff(stage)), "; ".join(found))
        check.detail = f"{proof['entries']} entries came back the same, in {proof['restore_seconds']} s"


def refused_by_division(stage: Stage) -> None:
    """Step 3 refuses: the reply is Kabag TU's, with the reasons."""
    desks, checks = stage.desks, stage.checks
    request_id = desks.submit("Arsip foto pribadi pegawai.", "/home/foto")
    desks.forward(request_id, *TO_KABID)
    reason = "Berkas pribadi tidak termasuk kebijakan backup."
    desks.decide("kabid", request_id, "refuse", {"note": reason})
    with checks.that("chain.refused_by_division") as check:
        check.demand(label("step", "reply") in desks.state(request_id), desks.state(request_id))
        _refused_runs(stage, check, request_id, "after refusal")
        desks.decide("kabagtu", request_id, "answer")
        desks.decide("pegawai", request_id, "receive")
        check.detail = desks.state(request_id)
        check.demand(label("outcome", "refused") in check.detail, check.detail)
    with checks.that("papers.reply_refused") as check:
        _says(check, _paper(stage, request_id, "balasan", "reply_refused"), "Siti Nurhayati", reason)


def refused_by_subdivision(stage: Stage) -> None:
    """Step 4 refuses: back to the Kabid, who first disagrees, and the second time sends the refusal on."""
    desks = stage.desks
    request_id = desks.submit("Data simulasi sementara.", "/srv/simulasi")
    desks.forward(request_id, *TO_KASUBBID)
    with stage.checks.that("chain.refused_by_subdivision") as check:
        desks.decide("kasubbid", request_id, "refuse", {"note": "Ukuran melebihi spesifikasi."})
        check.demand(label("step", "refusal_review") in desks.state(request_id), desks.state(request_id))
        desks.decide(
            "kabid", request_id, "approve", {"note": "Mohon dikaji lagi dengan retensi lebih pendek."}
        )
        check.demand(
            label("step", "specification_selection") in desks.state(request_id), desks.state(request_id)
        )
        desks.decide("kasubbid", request_id, "refuse", {"note": "Tetap melebihi kapasitas gudang."})
        desks.decide("kabid", request_id, "refuse")
        check.demand(label("step", "reply") in desks.state(request_id), desks.state(request_id))
        desks.decide("kabagtu", request_id, "answer")
        check.detail = desks.state(request_id)
        check.demand(label("outcome", "refused") in check.detail, check.detail)


def returned_and_withdrawn(stage: Stage) -> None:
    """The head of the unit asks for a correction; it is mended and sent; another is withdrawn."""
    desks = stage.desks
    with stage.checks.that("chain.returned") as check:
        request_id = desks.submit("Kurang jelas alasannya.", "/srv/data")
        desks.decide(
            "kasatker", request_id, "return", {"marked_fields": ["reason"], "note": "Jelaskan alasannya."}
        )
        person = desks["pegawai"].open(f"/permohonan/{request_id}/ubah")
        check.demand("Jelaskan alasannya." in person.text, "the note is not shown")
        mended = "Data pengukuran tidak dapat diulang bila hilang."
        person.send("/permohonan/baru", {"reason": mended, "do": "send"})
        check.detail = desks.state(request_id)
        check.demand(label("step", "unit_note") in check.detail, check.detail)
        check.demand(
            mended in desks["kasatker"].open(f"/permohonan/{request_id}").text,
            "the mended reason is not shown",
        )
    with stage.checks.that("chain.withdrawn") as check:
        desks.decide("pegawai", request_id, "withdraw")
        check.detail = desks.state(request_id)
        check.demand(label("step", "withdrawn") in check.detail, check.detail)


def postponed_and_cancelled(stage: Stage) -> None:
    """The administrator postpones with reason and date, goes on, starts a long run and cancels it."""
    desks, checks = stage.desks, stage.checks
    request_id = desks.submit("Citra mesin virtual berukuran besar.", str(stage.large))
    desks.forward(request_id, *TO_KASUBBID)
    desks.grant(request_id, stage.server_id, str(stage.large))
    with checks.that("chain.postponed") as check:
        desks.decide("administrator", request_id, "postpone",
                     {"note": "Menunggu penambahan disk.", "postponed_until": in_a_week()})  # fmt: skip
        page = desks["pegawai"].open(f"/permohonan/{request_id}").text
        check.demand("Menunggu penambahan disk." in page, "the reason is not shown")
        check.detail = desks.state(request_id)
        check.demand("Ditunda" in check.detail, check.detail)
        desks.decide("administrator", request_id, "resume")
        check.demand("Ditunda" not in desks.state(request_id), "the clock still stands")
    desks.decide("administrator", request_id, "follow_up")
    with checks.that("run.cancel") as check:
        run_id = desks.start_run(request_id)
        deadline = time.monotonic() + 30
        while desks.run_state(run_id) != label("run_state", "running") and time.monotonic() < deadline:
            time.sleep(0.1)
        began = time.monotonic()
        person = desks["administrator"].open(f"/pekerjaan/{run_id}")
        person.send(f"/pekerjaan/{run_id}/batal", {})
        state = desks.await_run(run_id, 30)
        check.demand(state == CANCELLED, state)
        check.demand(restic(stage, "list", "locks").strip() == "", "a lock was left")
        check.detail = f"ended {time.monotonic() - began:.1f} s after the click, no lock left"


def audit(stage: Stage) -> None:
    """The auditor lets the chain be recomputed."""
    with stage.checks.that("audit.verifies") as check:
        page = stage.desks["auditor"].open("/audit?periksa=1")
        notices = page.page.xpath("//main//*[contains(concat(' ', @class, ' '), ' tone-ok ')]")
        check.demand(notices, page.text[:300])
        check.detail = " ".join(notices[0].text_content().split())[:160]


def _diff(stage: Stage) -> list[str]:
    """What plain diff has to say; two pipes of one name it calls different whatever they are."""
    argv = ["diff", "-r", "--no-dereference", str(stage.tree), stage.restored]
    said = (
        subprocess.run(argv, check=False, capture_output=True).stdout.decode("utf-8", "replace").splitlines()
    )
    return [line for line in said if " is a fifo while " not in line][:10]


def restic(stage: Stage, *words: str) -> str:
    """What plain restic says of the server's repository. Raises CalledProcessError."""
    repository = stage.settings.vault_path / str(stage.server_id) / "repository"
    password = stage.settings.secrets_path / "restic" / str(stage.server_id)
    argv = [
        "restic",
        "--no-lock",
        "--no-cache",
        "-r",
        str(repository),
        "--password-file",
        str(password),
        *words,
    ]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


def _paper(stage: Stage, request_id: int, name: str, key: str = "") -> str:
    """Download a paper into the results and return its text."""
    path = stage.out / "papers" / f"{key or name}.pdf"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(stage.desks["pegawai"].download(f"/permohonan/{request_id}/{name}.pdf"))
    stage.papers[key or name] = str(path)
    argv = ["pdftotext", "-layout", str(path), "-"]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


def _says(check: Check, text: str, *parts: str) -> None:
    flat = " ".join(text.split())
    missing = [part for part in parts if part not in flat]
    check.demand(not missing, f"does not say {missing}: {flat[:300]}")
    check.detail = f"says {', '.join(parts)}"
