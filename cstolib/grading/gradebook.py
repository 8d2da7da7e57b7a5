"""The gradebook: who handed in what, how it was judged and marked, and the scores that follow."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from cstolib.errors import CstolibError, brief, known
from cstolib.grading.collect import Report, Submission
from cstolib.grading.roster import ROSTER
from cstolib.grading.scores import INCOMPLETE, Score, after_lateness, criteria, score
from cstolib.grading.store import Store, storable

UNKNOWN = " AND ".join(["name = learner", *(f"ifnull(\"{field}\", '') = ''" for field in ROSTER[2:-1])])
ANSWER = "status share points possible message misconception given written".split()


class Gradebook(Store):
    """Open a gradebook, and make it if need be; use it in a ``with`` statement.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, Gradebook(f"{folder}/term.db") as book:
    ...     book.check()
    []
    """

    def add_assignment(self, key: Mapping[str, Any], digest: str = "") -> str:
        """Take in what a key says of its questions, nothing of the answers; give the name."""
        fields = ("title", "kind", "points", "rubric", "prompt")
        questions = {
            name: {field: each[field] for field in fields if field in each}
            for name, each in key["questions"].items()
        }
        with self._transaction():
            self._run(
                "INSERT INTO assignment VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                "title = excluded.title, key_digest = excluded.key_digest, questions = excluded.questions, "
                "variants = excluded.variants",
                *(key["assignment"], key.get("title", ""), digest),
                *(json.dumps(each, ensure_ascii=False) for each in (questions, key.get("variants", {}))),
            )
        return str(key["assignment"])

    def assignment(self, name: str | None = None) -> dict[str, Any]:
        """Look up an assignment by name, or the only one there is."""
        rows = {row["assignment"]: row for row in self._rows("SELECT * FROM assignment ORDER BY 1")}
        if name is None and len(rows) != 1:
            choose = f"Choose one with --assignment: {', '.join(rows)}." if rows else "Grade something first."
            raise CstolibError(f"{str(self.path)!r} holds {len(rows)} assignments. {choose}")
        row = rows[next(iter(rows)) if name is None else known("assignment", name, rows)]
        return row | {name: json.loads(row[name]) for name in ("questions", "variants")}

    def add_learners(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Take in a roster; who is there already is brought up to date."""
        empty = dict.fromkeys(ROSTER, "") | {"extra_minutes": 0}
        values = [[row.get(name) or nothing for name, nothing in empty.items()] for row in rows]
        names = ", ".join(f'"{name}"' for name in ROSTER)
        updates = ", ".join(f'"{name}" = excluded."{name}"' for name in ROSTER[1:])
        places = ", ".join("?" * len(ROSTER))
        sql = f"INSERT INTO learner({names}) VALUES ({places}) ON CONFLICT DO UPDATE SET {updates}"
        with self._transaction():
            self._db.executemany(sql, values)

    def roster(self) -> list[dict[str, Any]]:
        """Give the learners as the last rosters had them, without those that only files called so."""
        rows = self._rows(f"SELECT * FROM learner WHERE NOT ({UNKNOWN}) ORDER BY learner")
        return [{field: row[field] or "" for field in ROSTER} for row in rows]

    def add_submissions(
        self, assignment: str, submissions: Iterable[Submission], due: datetime | None = None
    ) -> Report:
        """Take in what was collected, each file once; of several attempts the latest readable one counts.

        The same bytes under a new name were handed in again, and are the latest; a known name adds nothing.

        Parameters
        ----------
        assignment : str
            Name of an assignment of this gradebook.
        submissions : iterable of Submission
            See :func:`cstolib.grading.collect.collect`.
        due : datetime, optional
            When it was due, in the time that the learning management system shows.

        Returns
        -------
        Report
            What there is to know before anything is graded.
        """
        report = Report()
        with self._transaction():
            for each in submissions:
                self._add(assignment, each, due, report)
            self._number(assignment)
            standing = self._rows(
                "SELECT learner, max(attempt) AS attempts, max(late_minutes) FILTER (WHERE counts) AS late, "
                "max(file) FILTER (WHERE counts) AS file "
                "FROM learner LEFT JOIN (SELECT * FROM submission WHERE assignment = ?) USING(learner) "
                "GROUP BY learner",
                assignment,
            )
        for row in standing:
            report.note(**row)
        return report

    def _add(self, assignment: str, each: Submission, due: datetime | None, report: Report) -> None:
        digest = hashlib.sha256(each.content).hexdigest()
        if each.learner is None and each.content:
            report.unmatched.append(f"{each.file}: {each.problem}")
        elif each.problem:
            report.problems.append(f"{each.file}: {each.problem}")
        if each.learner is not None:
            self._run("INSERT OR IGNORE INTO learner(learner, name) VALUES (?1, ?1)", each.learner)
            self._run(  # the roster was mended since; what was graded is not deleted, but tied again
                "DELETE FROM submission WHERE assignment = ? AND file = ? AND digest = ? AND learner IS NULL "
                "AND id NOT IN (SELECT submission FROM answer)",
                *(assignment, each.file, digest),
            )
            if each.late and each.received is None and self._extra(each.learner):
                report.extra.append(each.learner)
        self._tie_again(assignment, each, digest)
        values = {
            "assignment": assignment,
            "learner": each.learner,
            "file": each.file,
            "digest": digest,
            "received": each.received,
            "late_minutes": self._late(each, due),
            "content": each.content,
            "status": "unreadable" if each.problem and each.learner else None,
            "note": each.problem,
        }
        names, places = ", ".join(values), ", ".join("?" * len(values))
        sql = f"INSERT INTO submission({names}) VALUES ({places}) ON CONFLICT DO NOTHING"
        added = self._run(sql, *values.values()).rowcount
        report.added += added
        report.already += 1 - added
        id = self._one(
            "SELECT id FROM submission WHERE assignment = ? AND ifnull(learner, '') = ? AND digest = ? "
            "AND received IS ? AND (learner IS NOT NULL OR file = ?)",
            *(assignment, each.learner or "", digest, each.received, each.file),
        )
        self._arrive(id, each)
        if due is not None or each.received is None:  # another time to hand in, or extra time, since
            late = "UPDATE submission SET late_minutes = ? WHERE id = ? AND file = ?"
            self._run(late, values["late_minutes"], id, each.file)

    def _arrive(self, id: int, each: Submission) -> None:
        """Note under which name a file came; under a new name it was handed in anew."""
        sql = "INSERT INTO arrival(submission, file) VALUES (?, ?) ON CONFLICT DO NOTHING"
        if self._run(sql, id, each.file).rowcount:
            self._run("UPDATE submission SET file = ? WHERE id = ?", each.file, id)
            if not each.content:  # all that was refused has the same bytes: none
                self._run("UPDATE submission SET note = ? WHERE id = ?", each.problem, id)

    def _tie_again(self, assignment: str, each: Submission, digest: str) -> None:
        """Take a file from whom it was tied to before the roster was mended, to be graded anew."""
        named = "id IN (SELECT submission FROM arrival WHERE file = ?)"
        same = f"assignment = ? AND {named} AND digest = ? AND learner IS NOT ?"
        if each.learner is None:  # whoever was in a roster keeps the file
            same += f" AND learner IN (SELECT learner FROM learner WHERE {UNKNOWN})"
        where = (assignment, each.file, digest, each.learner)
        for row in self._rows(f"SELECT DISTINCT learner FROM submission WHERE {same}", *where):
            self._run(
                f"UPDATE OR IGNORE submission SET learner = ?, graded_with = NULL WHERE {same}",
                *(each.learner, *where),
            )
            unused = "NOT EXISTS (SELECT 1 FROM submission WHERE submission.learner = learner.learner)"
            self._run(f"DELETE FROM learner WHERE learner = ? AND {UNKNOWN} AND {unused}", row["learner"])

    def _late(self, each: Submission, due: datetime | None) -> float | None:
        extra = self._extra(each.learner)
        if due is None or each.received is None:  # the system's own mark may know nothing of extra time
            return 0.0 if each.late and not extra else None
        over = datetime.fromisoformat(each.received) - due - timedelta(minutes=extra)
        return over.total_seconds() / 60 if over > timedelta(0) else None

    def _extra(self, learner: str | None) -> float:
        return float(self._one("SELECT extra_minutes FROM learner WHERE learner = ?", learner) or 0)

    def _number(self, assignment: str) -> None:
        """Put everybody's attempts in the order of time, and let the latest count that can be read."""
        self._run(
            "UPDATE submission SET attempt = place, counts = best FROM (SELECT id AS which, "
            "row_number() OVER (PARTITION BY learner ORDER BY received, arrived) AS place, "
            "learner IS NOT NULL AND 1 = row_number() OVER "
            "(PARTITION BY learner ORDER BY length(content) = 0, "
            "coalesce(status, '') IN ('unreadable', 'too-large'), received DESC, arrived DESC) AS best "
            "FROM submission JOIN (SELECT submission AS came, max(id) AS arrived FROM arrival GROUP BY 1) "
            "ON came = id WHERE assignment = ?) WHERE id = which",
            assignment,
        )

    def pending(self, assignment: str, graded_with: str) -> list[int]:
        """List the submissions that count and were not graded with this grader and this key."""
        sql = (
            "SELECT id FROM submission WHERE assignment = ? AND counts AND length(content) > 0 "
            "AND graded_with IS NOT ? ORDER BY id"
        )
        return [row["id"] for row in self._rows(sql, assignment, graded_with)]

    def ungraded(self, assignment: str) -> int:
        """Count the submissions that count and wait for their first grading."""
        return int(
            self._one(
                "SELECT count(*) FROM submission WHERE assignment = ? AND counts AND length(content) > 0 "
                "AND graded_with IS NULL",
                assignment,
            )
        )

    def held_back(self, assignment: str) -> list[str]:
        """Name the submissions that count and were not graded to the end: learner, status and file."""
        rows = self._rows(
            "SELECT learner, status, file FROM submission WHERE assignment = ? AND counts "
            f"AND status IN ({', '.join('?' * len(INCOMPLETE))}) ORDER BY learner",
            *(assignment, *INCOMPLETE),
        )
        return [f"{row['learner']} {row['status']} ({row['file']})" for row in rows]

    def content(self, id: int) -> bytes:
        """Give back the file as it was handed in."""
        return bytes(self._one("SELECT content FROM submission WHERE id = ?", id))

    def learner_of(self, id: int) -> str:
        """Give the id of the learner whose submission it is."""
        return str(self._one("SELECT learner FROM submission WHERE id = ?", id))

    def record(self, id: int, result: Mapping[str, Any], graded_with: str) -> None:
        """Store what the grader found, all of it in one transaction; marks stay.

        An answer whose text is not the one that was marked is flagged, until it is marked again.
        """
        with self._transaction():
            rows = self._rows("SELECT * FROM answer WHERE submission = ?", id)
            before = {row["question"]: row for row in rows}
            rows = self._rows("SELECT question FROM mark WHERE submission = ?", id)
            marked = {row["question"] for row in rows}
            self._run("DELETE FROM answer WHERE submission = ?", id)
            for question, answer in result["questions"].items():
                old = before.get(question, {"written": None, "changed": 0})
                other = storable(answer.get("written") or "") != (old["written"] or "")
                changed = question in marked and (old["changed"] or other)
                self._run(
                    f"INSERT INTO answer(submission, question, changed, {', '.join(ANSWER)}) "
                    f"VALUES (?, ?, ?{', ?' * len(ANSWER)})",
                    *(id, question, int(changed), *(answer.get(name) for name in ANSWER)),
                )
            self._run(
                "UPDATE submission SET status = ?, note = ?, seconds = ?, graded_with = ? WHERE id = ?",
                *(result["status"], result.get("note", ""), result.get("seconds"), graded_with, id),
            )

    def to_mark(self, assignment: str, question: str) -> list[dict[str, Any]]:
        """List the written answers to a question, in an order that tells nothing about their learners.

        Each has ``submission``, ``learner``, ``written``, ``changed``, ``marks`` (criterion -> level) and
        ``comment``.
        """
        rows = self._rows(
            "SELECT submission, learner, written, changed FROM answer JOIN submission ON id = submission "
            "WHERE assignment = ? AND question = ? AND counts AND answer.status = 'to mark' "
            "ORDER BY digest, id",
            assignment,
            question,
        )
        for row in rows:
            sql = "SELECT * FROM mark WHERE submission = ? AND question = ?"
            marks = {mark["criterion"]: mark for mark in self._rows(sql, row["submission"], question)}
            row["comment"] = marks.pop("", {"comment": ""})["comment"]
            row["marks"] = {name: mark["level"] for name, mark in marks.items()}
        return rows

    def set_mark(
        self, submission: int, question: str, levels: Mapping[str, int], comment: str, marker: str = ""
    ) -> None:
        """Store the levels (4 is best) and the comment on a written answer, in place of earlier ones."""
        name = self._one("SELECT assignment FROM submission WHERE id = ?", submission)
        questions = self.assignment(name)["questions"] if name else {}
        rubric = criteria(questions[known("question", question, questions)])
        for criterion, level in levels.items():
            known("criterion", criterion, rubric)
            if type(level) is not int or not 1 <= level <= 4:
                raise CstolibError(f"A level is 1, 2, 3 or 4 (the best), not {brief(level)}.")
        at = datetime.now(UTC).isoformat(timespec="seconds")
        rows = [*((criterion, level, "") for criterion, level in levels.items()), ("", None, comment)]
        with self._transaction():
            self._run("DELETE FROM mark WHERE submission = ? AND question = ?", submission, question)
            for row in rows:
                self._run(
                    "INSERT INTO mark(submission, question, marker, at, criterion, level, comment) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?)",
                    *(submission, question, marker, at, *row),
                )
            self._run(
                "UPDATE answer SET changed = 0 WHERE submission = ? AND question = ?", submission, question
            )

    def scores(self, assignment: str, late: str = "flag") -> list[Score]:
        """One score for every learner of the roster, with or without a submission.

        Parameters
        ----------
        assignment : str
            Name of the assignment.
        late : str
            The rule for late work, see :func:`cstolib.grading.scores.after_lateness`.
        """
        questions = self.assignment(assignment)["questions"]
        found = {
            row["learner"]: row
            for row in self._rows(
                "SELECT id, learner, status, note, late_minutes, "
                "max(attempt) OVER (PARTITION BY learner) AS attempts "
                "FROM submission WHERE assignment = ? ORDER BY counts",
                assignment,
            )
        }
        answers: dict[int, dict[str, dict[str, Any]]] = {}
        for row in self._rows(
            "SELECT answer.* FROM answer JOIN submission ON id = submission WHERE assignment = ? AND counts",
            assignment,
        ):
            answers.setdefault(row["submission"], {})[row["question"]] = row | {"levels": {}, "comment": ""}
        for mark in self._rows("SELECT * FROM mark"):
            if answer := answers.get(mark["submission"], {}).get(mark["question"]):
                if mark["criterion"]:
                    answer["levels"][mark["criterion"]] = mark["level"]
                else:
                    answer["comment"] = mark["comment"]
        after_lateness(0, None, late)  # an unknown rule is refused, with or without late work
        scores = []
        for learner in self._rows("SELECT * FROM learner ORDER BY learner"):
            handed_in = found.get(learner["learner"])
            judged = answers.get(handed_in["id"], {}) if handed_in else {}
            scores.append(score(learner, handed_in, judged, questions, late))
        return scores
