"""Separation of duties under a mandate: nobody approves what they asked for, by whatever post they stand for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.errors import Forbidden
from portal.operations import cuts, emergencies, host_keys, mirror_runs, restores
from portal.store.models import AuditEntry, RoleHolding, Source
from schemas.emergency import EmergencyForm, ReviewForm
from schemas.mirror import PassForm
from schemas.restore import DownloadForm
from tests.support import copies, keeping, machines, mandates
from tests.support import mirrors as practice
from tests.support.machines import AT

KEY = "k" * 20
LATER = AT + timedelta(days=2)


@pytest.fixture(params=["administrator still", "administrator no more"])
def role_is_kept(request, cast):
    """Agus stands for the Kasubbid, as the administrator that he is or just after having been one."""
    mandates.let(cast, "joko", role="subdivision_head", holder="joko", deputy="agus", at=AT)
    return request.param == "administrator still"


def leave(cast, role_is_kept):
    """What was begun as administrator stays begun by the person, also after the role."""
    if not role_is_kept:
        mine = (RoleHolding.user == cast["agus"]) & (RoleHolding.role == "administrator")
        RoleHolding.update(until=AT).where(mine).execute()


def refusal(deed, *arguments, **named):
    with pytest.raises(Forbidden) as found:
        deed(*arguments, **named)
    return found.value.code


def test_a_host_key(cast, settings, role_is_kept):
    server = machines.enrolled(cast["agus"], settings)
    host_keys.propose(server.id, machines.scanned(server, cast["agus"], settings).id, cast["agus"], at=AT)
    seen = type(server).get_by_id(server.id).host_key_fingerprint
    leave(cast, role_is_kept)
    code = refusal(host_keys.approve, server.id, seen, cast["agus"], at=AT)
    assert code == ("host_key.approver" if role_is_kept else "host_key.own_proposal")
    host_keys.approve(server.id, seen, cast["joko"], at=AT)


@pytest.fixture
def copy(cast, settings):
    server = machines.trusted(cast["yusuf"], cast["joko"], settings)
    made = machines.backed_up(machines.approved(cast["sari"], cast["joko"], server), cast["yusuf"], settings)
    return copies.indexed(made, settings)


def test_a_restore(cast, settings, copy, role_is_kept):
    def wish(who, key):
        form = DownloadForm(reason="Berkas terhapus tanpa sengaja.")
        return restores.ask(copy.server_id, copy.id, [3], form, cast[who], key, at=AT, settings=settings).id

    own, other = wish("agus", "own-wish"), wish("sari", "other-wish")
    leave(cast, role_is_kept)
    code = refusal(restores.approve, own, cast["agus"], at=AT)
    assert code == ("restore.approver" if role_is_kept else "restore.own_wish")
    if role_is_kept:
        assert refusal(restores.approve, other, cast["agus"], at=AT) == "restore.approver"
    else:
        assert restores.approve(other, cast["agus"], at=AT).decided_by_id == cast["agus"].id
        entry = AuditEntry.get(AuditEntry.tag == "restore:approved")
        (stood_for,) = entry.data["stood_for"]
        assert (entry.actor_name, stood_for["acting_for"]) == (cast["agus"].name, cast["joko"].name)


def test_a_cut(cast, settings, copy, role_is_kept):
    keeping.ruled(copy.server, cast["joko"], at=AT, last=1)
    keeping.aged(copy, 900)
    machines.backed_up(copy.run.backup_request, cast["yusuf"], settings, at=AT)
    own = keeping.asked(copy.server, cast["agus"], at=LATER)
    leave(cast, role_is_kept)
    code = refusal(cuts.approve, own.id, own.digest, cast["agus"], KEY, at=LATER, settings=settings)
    assert code == ("cut.approver" if role_is_kept else "cut.own_request")
    assert refusal(cuts.refuse, own.id, "Tidak jadi.", cast["agus"], at=LATER) == code


def test_a_mirror(cast, settings, role_is_kept):
    stopped = practice.stopped(practice.granted(cast, settings), cast["agus"], settings, ("lama.txt",))
    leave(cast, role_is_kept)
    form = PassForm(digest=stopped.result["digest"], note=practice.NOTE)
    code = refusal(mirror_runs.allow, stopped.id, form, cast["agus"], at=AT)
    assert code == ("mirror.allower" if role_is_kept else "mirror.own_run")
    assert mirror_runs.allow(stopped.id, form, cast["joko"], at=AT).id


def test_a_broken_glass(cast, settings):
    """Standing for the Kabid: who broke it does not review it, another's is theirs to review."""
    server = machines.trusted(cast["yusuf"], cast["joko"], settings, folders=("/srv/www",))
    sources = [source.id for source in Source.select().where(Source.server == server)]
    form = EmergencyForm(sources=sources, sure="on",
                         reason="Disk server berbunyi dan SMART melaporkan sektor rusak sejak pagi.")  # fmt: skip
    opened = emergencies.break_glass(server.id, form, cast["agus"], KEY, at=AT, settings=settings)
    machines.finished(opened.run, at=AT)
    mandates.let(cast, "ratna", deputy="agus", at=AT)
    verdict = ReviewForm(verdict="justified", note="Diska memang rusak; diganti hari itu juga.")
    assert refusal(emergencies.close, opened.id, verdict, cast["agus"], at=AT) == "emergency.own"
    assert refusal(emergencies.close, opened.id, verdict, cast["yusuf"], at=AT) == "emergency.reviewer"


def named(cast):
    """Wulan, whom Joko has named for his own post; he carries runs out as well, by a role of his own."""
    RoleHolding.create(user=cast["joko"], role="administrator", since=AT)
    mandates.let(cast, "joko", role="subdivision_head", holder="joko", at=AT)
    return cast["wulan"]


def test_nobody_approves_a_host_key_by_the_hand_of_their_own_deputy(cast, settings):
    own_deputy = named(cast)
    server = machines.enrolled(cast["joko"], settings)
    host_keys.propose(server.id, machines.scanned(server, cast["joko"], settings).id, cast["joko"], at=AT)
    seen = type(server).get_by_id(server.id).host_key_fingerprint
    assert refusal(host_keys.approve, server.id, seen, own_deputy, at=AT) == "mandate.of_asker"
    host_keys.approve(server.id, seen, cast["ratna"], at=AT)


def test_nor_a_restore(cast, settings, copy):
    own_deputy = named(cast)
    form = DownloadForm(reason="Berkas terhapus tanpa sengaja.")
    wish = restores.ask(copy.server_id, copy.id, [3], form, cast["joko"], KEY, at=AT, settings=settings)
    assert refusal(restores.approve, wish.id, own_deputy, at=AT) == "mandate.of_asker"
    assert refusal(restores.refuse, wish.id, "Tidak jadi.", own_deputy, at=AT) == "mandate.of_asker"
    assert not restores.may_decide(own_deputy, AT, wish.requested_by_id)
    other = restores.ask(copy.server_id, copy.id, [3], form, cast["sari"], KEY * 2, at=AT, settings=settings)
    assert restores.approve(other.id, own_deputy, at=AT).decided_by_id == own_deputy.id


def test_nor_a_cut(cast, settings, copy):
    own_deputy = named(cast)
    keeping.ruled(copy.server, cast["joko"], at=AT, last=1)
    keeping.aged(copy, 900)
    machines.backed_up(copy.run.backup_request, cast["yusuf"], settings, at=AT)
    own = keeping.asked(copy.server, cast["joko"], at=LATER)
    code = refusal(cuts.approve, own.id, own.digest, own_deputy, KEY, at=LATER, settings=settings)
    assert code == "mandate.of_asker"


def test_nor_lets_a_mirror_pass(cast, settings):
    mirror = practice.granted(cast, settings)
    own_deputy = named(cast)
    stopped = practice.stopped(mirror, cast["joko"], settings, ("lama.txt",))
    form = PassForm(digest=stopped.result["digest"], note=practice.NOTE)
    assert refusal(mirror_runs.allow, stopped.id, form, own_deputy, at=AT) == "mandate.of_asker"


def test_nor_reviews_a_broken_glass(cast, settings):
    server = machines.trusted(cast["yusuf"], cast["joko"], settings, folders=("/srv/www",))
    RoleHolding.create(user=cast["ratna"], role="administrator", since=AT)
    form = EmergencyForm(sources=[source.id for source in Source.select()], sure="on",
                         reason="Disk server berbunyi dan SMART melaporkan sektor rusak sejak pagi.")  # fmt: skip
    opened = emergencies.break_glass(server.id, form, cast["ratna"], KEY, at=AT, settings=settings)
    machines.finished(opened.run, at=AT)
    mandates.let(cast, "ratna", at=AT)
    verdict = ReviewForm(verdict="justified", note="Diska memang rusak; diganti hari itu juga.")
    assert refusal(emergencies.close, opened.id, verdict, cast["wulan"], at=AT) == "mandate.of_asker"
