"""Files that come with the form: judged by their content, kept by their digest, removed only before sending."""

from __future__ import annotations

import hashlib
import io
import stat

import pytest

from portal.errors import Forbidden, InvalidInput, NotFound, StaleStep
from portal.operations import attachments
from portal.store.models import Attachment, AuditEntry
from portal.store.queries import requests as rows
from tests.support.chain import Way

PDF = b"%PDF-1.7\nsurat"
GOOD = {"application/pdf": PDF, "image/png": b"\x89PNG\r\n\x1a\n....", "image/jpeg": b"\xff\xd8\xff\xe0...."}


@pytest.fixture
def way(cast, settings) -> Way:
    return Way(
        cast, settings.model_copy(update={"attachment_max_bytes": 4096, "attachments_per_request": 3})
    ).draft()


def attach(way: Way, content: bytes = PDF, name: str = "surat.pdf", who: str = "sari") -> Attachment:
    return attachments.attach(
        way.id, way.cast[who], name, io.BytesIO(content), at=way.at, settings=way.settings
    )


@pytest.mark.parametrize(("media_type", "content"), GOOD.items(), ids=GOOD)
def test_it_keeps_the_bytes_by_their_digest(way, media_type, content):
    row = attach(way, content, "Surat Pengantar.bin")
    assert (row.media_type, row.size_bytes) == (media_type, len(content))
    assert row.sha256 == hashlib.sha256(content).hexdigest()
    path = attachments.path_of(row.sha256, way.settings)
    assert path.read_bytes() == content
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert rows.attachments(way.id) == [row]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "attachment.empty"),
        (b"MZ\x90\x00", "attachment.kind"),
        (b"<html><script>", "attachment.kind"),
        (b" %PDF-1.7", "attachment.kind"),
        (b"%PDF-" + b"x" * 4096, "attachment.too_large"),
    ],
    ids=["empty", "program", "page", "not at the start", "too large"],
)
def test_it_refuses_by_content_and_leaves_nothing_behind(way, content, code):
    with pytest.raises(InvalidInput) as caught:
        attach(way, content)
    assert caught.value.fields["attachments"][0] == code
    folder = way.settings.var / "attachments"
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    assert Attachment.select().count() == 0


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Surat\\nota.pdf", "nota.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("nota\0.pdf", "nota.pdf"),
        ("..", "lampiran"),
        ("", "lampiran"),
        ("n" * 300 + ".pdf", "n" * 196 + ".pdf"),
    ],
)
def test_it_gives_the_file_a_harmless_name(way, sent, kept):
    assert attach(way, name=sent).filename == kept


def test_it_keeps_the_same_file_once(way):
    assert attach(way).id == attach(way, name="salinan.pdf").id
    assert Attachment.select().count() == 1


def test_it_takes_no_more_than_allowed(way):
    for number in range(3):
        attach(way, PDF + bytes([number]))
    with pytest.raises(InvalidInput) as caught:
        attach(way, PDF + b"x")
    assert caught.value.fields["attachments"] == ("attachment.too_many", {"most": 3})


def test_it_removes_from_a_draft_and_remembers(way):
    row = attach(way)
    attachments.remove(row.id, way.cast["sari"], at=way.at)
    assert rows.attachments(way.id) == []
    assert rows.attachment(row.id) is None
    assert Attachment.get().removed_at == way.at
    assert {"attachment:added", "attachment:removed"} <= {entry.tag for entry in AuditEntry.select()}
    with pytest.raises(NotFound):
        attachments.remove(row.id, way.cast["sari"], at=way.at)
    assert attach(way).id != row.id, "what was removed can be attached again"


def test_it_touches_nobody_elses_files(way):
    row = attach(way)
    with pytest.raises(Forbidden):
        attach(way, PDF + b"2", who="wulan")
    with pytest.raises(Forbidden):
        attachments.remove(row.id, way.cast["bambang"], at=way.at)


def test_it_keeps_the_files_of_a_form_that_was_sent(way):
    row = attach(way)
    way.send()
    with pytest.raises(StaleStep):
        attach(way, PDF + b"2")
    with pytest.raises(StaleStep):
        attachments.remove(row.id, way.cast["sari"], at=way.at)
    way.act("bambang", "return", note="Ganti lampirannya.", marked_fields=("attachments",))
    attachments.remove(row.id, way.cast["sari"], at=way.at)
    assert attach(way, PDF + b"2").filename == "surat.pdf"
