"""Words asked of the index by their parts are met exactly where reading everything meets them."""

from __future__ import annotations

from itertools import product

from portal.store.models import BackupRequest
from portal.store.queries import words
from tests.support import desks

TYPED = ("kode-000007", "e-000", "777 kode", "777kode", "KODE-00003 srv", "é", "édit 0049", '"kutip"', "50%",
         "pb-2026-1011", "kode-0 ko 11", "a_b", "__", "tidak ada", "srv-00", "000",
         "kode-000007 kode-000008")  # fmt: skip


def met(text: str) -> set[int]:
    """The same, read row by row."""
    return {
        row.id
        for row in BackupRequest.select()
        if all(word in row.search.lower() or word in row.number.lower() for word in text.lower().split())
    }


def test_they_are_met_where_they_stand(settings, cast, monkeypatch):
    row = desks.file(settings, cast).row
    kept = {name: value for name, value in row.__data__.items() if name != "id"}
    for number in range(60):
        said = (
            f'srv-{number % 7:03d}\nkode-{number:06d}\n777 kode {number * 137 % 1000:03d}\nédit "kutip" 50%'
        )
        BackupRequest.create(
            **kept | {"number": f"PB-2026-1{number:03d}", "draft_key": f"k{number}", "search": said}
        )
    for few, most, text in product((0, 3, 300), (5, 1000), TYPED):
        monkeypatch.setattr(words, "FEW", few)
        monkeypatch.setattr(words, "MANY", most)
        found = {row.id for row in BackupRequest.select().where(words.holding(text))}
        assert found == met(text), (few, most, text)
