"""The mails call things as the pages do, and every code with which a message fails has words."""

from __future__ import annotations

from portal.documents import mail
from portal.sop.table import TRANSITIONS
from portal.sop.undo import undoable
from portal.web import messages


def words(name):
    return getattr(mail._environment.get_template("_words.txt").module, name)


def test_runs_and_findings_are_called_as_on_the_pages():
    """A kind without a word of its own is called by what it is: a run, a finding."""
    assert words("RUN_KIND").items() <= dict(messages.labels("run_kind")).items()
    assert words("FINDING_KIND").items() <= dict(messages.labels("finding_kind")).items()
    assert words("STEP") == dict(messages.labels("step"))
    assert words("ROLE").items() <= dict(messages.labels("role")).items()
    assert words("ACTION").items() <= dict(messages.labels("action")).items()
    assert words("ACTION").keys() == {row.action for row in TRANSITIONS if undoable(row)}
    assert words("MEASURE") == dict(messages.labels("measure"))
    assert len(words("RUN_KIND")) >= 5
