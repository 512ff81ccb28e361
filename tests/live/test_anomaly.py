"""A folder on a real server that loses most of its files: the backup succeeds, and the loss is told."""

from __future__ import annotations

from portal.operations import findings
from portal.store import db
from portal.store.models import Finding, OutboxEvent, Run
from tests.support.site import Site


def fill(site: Site, count: int) -> None:
    folder = site.tree / "dokumen-lama"
    folder.mkdir(exist_ok=True)
    for number in range(count):
        (folder / f"{number}.txt").write_text(f"berkas {number}\n", encoding="utf-8")


def test_a_folder_that_lost_its_files(site: Site) -> None:
    fill(site, 200)
    for number in range(5):
        (site.tree / "catatan.txt").write_text(f"hari {number}\n", encoding="utf-8")
        assert site.backup().state == "succeeded"
    assert Finding.select().count() == 0
    for path in (site.tree / "dokumen-lama").iterdir():
        path.unlink()
    run = site.backup()
    assert (run.state, run.code) == ("succeeded", "")
    finding = Finding.get()
    [line] = finding.context["measures"]
    assert (finding.kind, finding.run_id, line["measure"], line["runs"]) == (
        "anomaly",
        run.id,
        "file_count",
        5,
    )
    assert line["value"] < line["low"] < line["usual"]
    assert [event.subject_id for event in OutboxEvent.select().where(OutboxEvent.kind == "finding")] == [
        finding.id
    ]
    findings.close(finding.id, "Dihapus pemiliknya, sudah ditanyakan.", site.cast["joko"], at=db.now())
    assert site.backup().state == "succeeded"
    assert (Finding.select().count(), Run.select().where(Run.kind == "backup").count()) == (1, 7)
