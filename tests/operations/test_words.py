"""Words asked of the index by their parts are met exactly where reading everything meets them."""

from __future__ import annotations

import pytest

from portal.store.models import BackupRequest
from portal.store.queries import words
from tests.support import desks


@pytest.fixture
def many(settings, cast):
    """Requests whose words share parts, in other orders and over the edge of two lines."""
    row = desks.file(settings, cast).row
    kept = {name: value for name, value in row.__data__.items() if name not in ("id", "number", "draft_key")}
    for number in range(60):
        said = (
            f'srv-{number % 7:03d}\nkode-{number:06d}\n777 kode {number * 137 % 1000:03d}\nédit "kutip" 50%'
        )
        BackupRequest.create(
            **kept | {"number": f"PB-2026-{number:04d}", "draft_key": f"k{number}", "search": said}
        )


@pytest.mark.parametrize("few", [0, 3, 300])
@pytest.mark.parametrize("most", [5, 1000])
@pytest.mark.parametrize(
    "text",
    ["kode-000007", "e-000", "777 kode", "777kode", "KODE-00003 srv", "003\nkode", "é", "édit 0049", '"kutip"', "50%",
     "pb-2026-0011", "kode-0 ko 11", "a_b", "__", "tidak ada", "srv-00", "000"],
)  # fmt: skip
def test_they_are_met_where_they_stand(many, monkeypatch, few, most, text):
    monkeypatch.setattr(words, "FEW", few)
    monkeypatch.setattr(words, "MANY", most)
    found = {row.id for row in BackupRequest.select().where(words.holding(text))}
    assert found == {
        row.id
        for row in BackupRequest.select()
        if all(word in row.search.lower() or word in row.number.lower() for word in text.lower().split())
    }
