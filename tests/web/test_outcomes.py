from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from portal.web import messages, outcomes
from portal.web.messages import databases as database_words
from portal.web.messages import runs as run_words
from portal.web.messages import servers as server_words
from schemas.mirror import Reason
from schemas.run import RunKind, RunState
from tests.support import machines
from tests.support.machines import AT
from workers.engines import database
from workers.plans import PLANS

ROOT = Path(__file__).resolve().parents[2]
KINDS = (
    r"ssh|rsync|restic|vault|source|run|command|manifest|proof|restore|probe|server|authority|"
    r"database|dump|load|scratch|pull|mirror"
)
CODE = re.compile(rf"(?:{KINDS})\.[a-z_]+")
WORDS = run_words.TEXTS | server_words.TEXTS | database_words.TEXTS
FILES = (".py", ".jsonl", ".json", ".sql")
# A code put together at run time, with what it can become.
TOGETHER = {
    "mirror.": tuple(Reason),
    "mirror.target_": ("taken", "gone", "refused"),
    "source.": ("missing", "not_folder", "unreadable"),
    "server.host_key_": ("none", "proposed", "changed"),
    "database.": ("failed", "no_client", *(name for _, name in database._BY_MESSAGE)),
}


def written() -> set[str]:
    """Every code in the workers and in the checks of authority that ends a run, as it stands in their source."""
    places = [
        *(ROOT / "workers").rglob("*.py"),
        ROOT / "portal/operations/authority.py",
        ROOT / "portal/operations/mirror_authority.py",
        ROOT / "portal/operations/sweep.py",
    ]
    found = set()
    for path in places:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if node.value in TOGETHER:
                    found |= {node.value + end for end in TOGETHER[node.value]}
                elif CODE.fullmatch(node.value) and not node.value.endswith(FILES):
                    found.add(node.value)
    return found


LOGGED_ONLY = {"database.unavailable", "run.not_claimed", "run.lease_lost"}
WARNINGS = {code for code in written() if code.startswith("probe.")} | {
    "rsync.old",
    "mirror.moved_on",
    "dump.unsteady",
    "dump.no_role_passwords",
}


def test_it_finds_the_codes_of_the_workers():
    assert {
        "ssh.auth_refused",
        "source.missing",
        "restic.locked",
        "vault.no_inodes",
        "run.interrupted",
    } <= written()
    assert {"authority.term_ended", "server.host_key_changed", "proof.differs"} <= written()


@pytest.mark.parametrize("code", sorted(written() - LOGGED_ONLY))
def test_it_has_words_for_every_code(code):
    assert code in WORDS
    if code not in WARNINGS:
        assert f"{code}.next" in WORDS, "what to do next is missing"


@pytest.mark.parametrize("kind", [kind.value for kind in RunKind])
def test_it_says_what_is_safe_and_what_succeeded(kind):
    assert f"run.succeeded.{kind}" in WORDS
    assert messages.label("run_kind", kind) != kind


@pytest.mark.parametrize("state", [state.value for state in RunState])
def test_it_has_a_label_for_every_state(state):
    assert messages.label("run_state", state) != state


def test_it_knows_the_steps_as_the_workers_plan_them():
    planned = {kind.value: tuple(step.value for step in steps) for kind, steps in PLANS.items()}
    assert planned == outcomes.PLANNED
    for steps in planned.values():
        for step in steps:
            assert messages.label("run_step", step) != step


def test_it_has_a_label_for_every_difference():
    source = (ROOT / "workers/engines/comparison.py").read_text(encoding="utf-8")
    kinds = set(
        re.findall(
            r'"(missing|extra|kind|size|content|mode|mtime_ns|uid|gid|target|target_base64|hard_link)"',
            source,
        )
    )
    assert kinds == set(run_words.LABELS["difference"])


@pytest.mark.parametrize("state", ["succeeded", "incomplete", "failed", "cancelled", "interrupted"])
@pytest.mark.parametrize("kind", ["backup", "restore_test", "probe"])
def test_it_tells_what_happened_what_is_safe_and_what_next(cast, settings, kind, state):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    run = machines.started(machines.approved(cast["sari"], cast["joko"], server), cast["agus"], settings)
    assert outcomes.outcome(run) is None
    run.kind, run.state, run.code = (
        kind,
        state,
        {"failed": "ssh.timeout", "succeeded": ""}.get(state, f"run.{state}"),
    )
    told = outcomes.outcome(run)
    assert "(kode:" not in told.what + told.safe + told.advice
    assert told.what
    assert told.safe
    assert told.advice or (state, kind) == ("succeeded", "probe")


def test_it_says_unknown_codes_without_breaking(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    run = machines.answered_badly(server, cast["agus"], settings, code="engine.new_fault")
    assert "engine.new_fault" in outcomes.outcome(run).what


def test_it_counts_bytes_as_sizes_and_inodes_as_numbers(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    context = {"free": 2048, "needed": 4096}
    full = machines.answered_badly(server, cast["agus"], settings, code="vault.no_space", context=context)
    assert "tersisa 2,0 KiB, diperlukan 4,0 KiB" in outcomes.outcome(full).what
    inodes = machines.answered_badly(
        server, cast["agus"], settings, code="vault.no_inodes", context={"free": 2048}
    )
    assert "2.048" in outcomes.outcome(inodes).what


def test_it_times_the_steps(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    run = machines.started(machines.approved(cast["sari"], cast["joko"], server), cast["agus"], settings)
    assert [line.state for line in outcomes.step_lines(run, AT)] == ["ahead"] * 3
