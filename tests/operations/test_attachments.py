from __future__ import annotations

import hashlib
import io
import stat

import pytest

from portal.errors import Forbidden, InvalidInput, NotFound, StaleStep
from portal.operations import attachments, audit, submission
from portal.store.models import Attachment, AuditEntry, IssuedPaper
from portal.store.queries import requests as rows
from tests.support import desks
from tests.support.desks import FORM, MONDAY

PDF = b"%PDF-1.7\nisi\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 40


class Dripping(io.RawIOBase):
    """A stream that gives a few bytes at a time, as an upload may."""

    def __init__(self, data: bytes, most: int = 3) -> None:
        self.source, self.most = io.BytesIO(data), most

    def read(self, size: int = -1) -> bytes:
        return self.source.read(min(size, self.most) if size > 0 else self.most)


@pytest.fixture
def row(cast):
    return submission.create_draft(cast["sari"], "k-1", FORM, at=MONDAY)


@pytest.fixture
def attach(cast, settings, row):
    def deed(data=PDF, name="denah.pdf", who="sari", request_id=None, limits=settings, stream=None):
        stream = stream or io.BytesIO(data)
        return attachments.attach(request_id or row.id, cast[who], name, stream, at=MONDAY, settings=limits)

    return deed


def files(settings) -> list:
    return sorted(path for path in (settings.var / "attachments").rglob("*") if path.is_file())


def refusal(deed) -> tuple:
    with pytest.raises(InvalidInput) as refused:
        deed()
    return refused.value.fields["attachments"]


@pytest.mark.parametrize(
    ("data", "kind"), [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg")], ids=["pdf", "png", "jpeg"]
)  # fmt: skip
@pytest.mark.parametrize("name", ["denah.pdf", "denah.exe", "denah"])
def test_it_knows_the_kind_by_the_content_and_not_by_the_name(attach, settings, row, data, kind, name):
    kept = attach(data, name)
    assert (kept.media_type, kept.filename, kept.size_bytes) == (kind, name, len(data))
    assert kept.sha256 == hashlib.sha256(data).hexdigest()
    path = attachments.path_of(kept.sha256, settings)
    assert path.read_bytes() == data
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [item.id for item in rows.attachments(row.id)] == [kept.id]
    entry = AuditEntry.get(AuditEntry.tag == "attachment:added")
    assert (entry.subject_id, entry.data["sha256"]) == (row.id, kept.sha256)
    assert audit.verify().ok


@pytest.mark.parametrize(
    "data",
    [b"MZ\x90\0", b"<html>", b"%!PS", b" %PDF-", b"PK\x03\x04", b"\x7fELF", b"GIF89a", b"<svg xmlns=", b"%PDF", b"x"],
)  # fmt: skip
def test_it_takes_no_other_kind_whatever_its_name(attach, settings, data):
    assert refusal(lambda: attach(data, "denah.pdf"))[0] == "attachment.kind"
    assert files(settings) == []
    assert Attachment.select().count() == 0


def test_it_takes_no_empty_file(attach, settings):
    assert refusal(lambda: attach(b""))[0] == "attachment.empty"
    assert files(settings) == []


def test_it_knows_the_kind_of_a_file_that_comes_in_pieces(attach):
    assert attach(stream=Dripping(PNG)).media_type == "image/png"


def test_it_takes_a_file_up_to_the_limit_and_no_more(attach, settings):
    limits = settings.model_copy(update={"attachment_max_bytes": 2048})
    assert attach(PDF.ljust(2048), limits=limits).size_bytes == 2048
    code, told = refusal(lambda: attach(PNG.ljust(2049), limits=limits))
    assert (code, told) == ("attachment.too_large", {"most": 2048})
    assert len(files(settings)) == 1


def test_it_takes_so_many_files_and_no_more(attach, settings, row, cast):
    limits = settings.model_copy(update={"attachments_per_request": 2})
    first, _ = attach(PDF, limits=limits), attach(PNG, limits=limits)
    code, told = refusal(lambda: attach(JPEG, limits=limits))
    assert (code, told) == ("attachment.too_many", {"most": 2})
    attachments.remove(first.id, cast["sari"], at=MONDAY)
    attach(JPEG, limits=limits)
    assert [item.media_type for item in rows.attachments(row.id)] == ["image/png", "image/jpeg"]


def test_it_keeps_the_same_file_once(attach, settings, cast, row):
    first, again = attach(PDF, "a.pdf"), attach(PDF, "b.pdf")
    assert first.id == again.id
    assert Attachment.select().count() == 1
    other = submission.create_draft(cast["wulan"], "k-2", FORM, at=MONDAY)
    shared = attach(PDF, who="wulan", request_id=other.id)
    assert shared.id != first.id
    assert len(files(settings)) == 1
    attachments.remove(first.id, cast["sari"], at=MONDAY)
    assert attachments.path_of(shared.sha256, settings).read_bytes() == PDF
    # After a removal the same file may come again, as a row of its own.
    assert attach(PDF, "a.pdf").id not in (first.id, shared.id)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("/etc/shadow", "shadow"),
        ("C:\\Users\\sari\\denah.pdf", "denah.pdf"),
        ("..", "lampiran"),
        ("", "lampiran"),
        (" . ", "lampiran"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("gambar\u202efdp.exe", "gambarfdp.exe"),
        ("<img src=x onerror=1>.pdf", "<img src=x onerror=1>.pdf"),
        ("ü" * 300 + ".pdf", "ü" * 196 + ".pdf"),
    ],
    ids=range(11),
)
def test_it_makes_a_hostile_name_harmless(attach, settings, name, expected):
    kept = attach(PDF, name)
    assert kept.filename == expected
    assert [path.name for path in files(settings)] == [kept.sha256]


def test_it_takes_files_of_the_owner_only(attach, settings, cast):
    kept = attach(PDF)
    for who in ("wulan", "bambang", "agus"):
        with pytest.raises(Forbidden):
            attach(PNG, who=who)
        with pytest.raises(Forbidden):
            attachments.remove(kept.id, cast[who], at=MONDAY)
    with pytest.raises(NotFound):
        attach(PNG, request_id=4711)
    assert len(files(settings)) == 1
    assert Attachment.get_by_id(kept.id).removed_at is None


def test_the_scan_of_a_signed_paper_stays(settings, cast):
    file = desks.file(settings, cast)
    scan = Attachment.create(backup_request=file.request_id, filename="formulir.pdf", sha256="ab" * 32, size_bytes=1,
                             media_type="application/pdf", uploaded_by=cast["bambang"],
                             scan_of=IssuedPaper.get(IssuedPaper.kind == "fm001"))  # fmt: skip
    file.act("bambang", "return", note="Lengkapi foldernya.", marked_fields=("folders",))
    with pytest.raises(Forbidden, match=r"attachment.is_scan"):
        attachments.remove(scan.id, cast["sari"], at=file.at)
    assert Attachment.get_by_id(scan.id).removed_at is None


def test_it_takes_a_file_off_and_keeps_the_trace(attach, cast, row):
    kept = attach(PDF)
    attachments.remove(kept.id, cast["sari"], at=MONDAY)
    assert Attachment.get_by_id(kept.id).removed_at == MONDAY
    assert rows.attachments(row.id) == []
    assert rows.attachment(kept.id) is None
    with pytest.raises(NotFound):
        attachments.remove(kept.id, cast["sari"], at=MONDAY)
    assert AuditEntry.select().where(AuditEntry.tag == "attachment:removed").count() == 1
    assert audit.verify().ok


def test_it_changes_no_files_of_a_form_that_was_sent(attach, cast, settings, row):
    kept = attach(PDF)
    submission.submit(row.id, 0, cast["sari"], FORM, at=MONDAY, settings=settings)
    with pytest.raises(StaleStep):
        attach(PNG)
    with pytest.raises(StaleStep):
        attachments.remove(kept.id, cast["sari"], at=MONDAY)
    file = desks.File(settings, cast, row.id)
    file.act("bambang", "return", note="Perjelas.", marked_fields=("attachments",))
    attachments.remove(kept.id, cast["sari"], at=MONDAY)
    attach(PNG)
    assert [item.media_type for item in rows.attachments(row.id)] == ["image/png"]
