"""The copies of a server by date, and a search by name over all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app, render_template, request

from portal.operations import copies as desk
from portal.operations import servers
from portal.store import contents, db
from portal.store.queries import copies as rows
from portal.web.addresses import page_number, search_words, small_number
from portal.web.copies.door import blueprint
from portal.web.identity import person

if TYPE_CHECKING:
    from portal.store.contents import Contents

COPIES_MAX = 50
"""How many copies one search looks through; the page offers to go on with the older ones."""
HITS_PER_COPY = 100
HITS_MAX = 200


@dataclass
class Hit:
    """A name that was found: the newest copy that holds it, the entry there, and in how many copies it is."""

    path: str
    snapshot: Any
    entry: contents.Entry
    copies: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found. `unread` copies have no list of contents yet; `cut`: there is more than is shown."""

    hits: list[Hit]
    searched: int
    unread: list[Any]
    cut: bool
    older: int | None


@blueprint.get("")
def index(server_id: int) -> str:
    """The copies, newest first; with `cari`, the files of that name in all of them."""
    server, limit = servers.find(server_id), desk.whose(person().user, db.now())
    words = search_words(request.args.get("cari"))
    after = small_number(request.args.get("setelah")) or 0
    found = None if len(words) < contents.WORDS_MIN else _search(server_id, limit, words, after)
    return render_template(
        "copies/index.html",
        server=server,
        words=words,
        too_short=bool(words) and found is None,
        shortest=contents.WORDS_MIN,
        result=found,
        found=rows.search(server_id, limit, page_number(request.args.get("halaman"))),
        may_see_server=limit is None,
    )


def _search(server_id: int, limit: int | None, words: str, after: int) -> Found:
    snapshots = rows.newest(server_id, limit, COPIES_MAX + 1, after)
    hits: dict[bytes, Hit] = {}
    unread, cut, var = [], False, current_app.config["SETTINGS"].var
    for snapshot in snapshots[:COPIES_MAX]:
        with contents.opened(var, snapshot.manifest_sha256) as opened:
            if opened is None:
                unread.append(snapshot)
            else:
                cut |= _add(hits, snapshot, opened, words)
    older = after + COPIES_MAX if len(snapshots) > COPIES_MAX else None
    return Found(list(hits.values()), min(len(snapshots), COPIES_MAX) - len(unread), unread, cut, older)


def _add(hits: dict[bytes, Hit], snapshot: Any, opened: Contents, words: str) -> bool:
    """Add what a copy holds of that name; return whether some had to be left out."""
    entries = opened.named(words, HITS_PER_COPY + 1)
    cut = len(entries) > HITS_PER_COPY
    for entry in entries[:HITS_PER_COPY]:
        path = contents.path_to(opened.way(entry))
        if path in hits:
            hits[path].copies += 1
        elif len(hits) < HITS_MAX:
            hits[path] = Hit(path.decode("utf-8", "backslashreplace"), snapshot, entry)
        else:
            cut = True
    return cut
