"""The marking page answers only itself, shows texts as texts, and stores every mark at once."""

import json
import threading
import urllib.error
import urllib.request

import pytest
from grading_pages import HOSTILE, hostile_gradebook

from cstolib.errors import CstolibError
from cstolib.grading import mark
from cstolib.grading.gradebook import Gradebook


@pytest.fixture
def gradebook(tmp_path):
    return hostile_gradebook(tmp_path / "term.db")


@pytest.fixture
def address(gradebook):
    server, address = mark.server(gradebook, "hw1", marker="me")
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield address
    server.shutdown()
    server.server_close()


def ask(address, body=None, **headers):
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    if data is not None:
        headers = {"Content-Type": "application/json"} | headers
    try:
        with urllib.request.urlopen(urllib.request.Request(address, data, headers), timeout=10) as reply:
            return reply.status, reply.read().decode(), reply.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers


def a_mark(**more):
    return {"submission": 1, "question": "hw1-w1", "levels": {"claim": 3}, "comment": "Why?"} | more


def test_the_page_holds_no_text_of_a_learner_and_runs_only_its_own_script(address):
    status, page, headers = ask(address)
    assert status == 200
    assert page.count("<script") == 1
    assert not any(text in page for text in HOSTILE)
    assert "default-src 'none'" in page
    assert headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
    assert ask(address)[1] != page  # the script's nonce is new each time


def test_answers_come_without_names_unless_asked_for(gradebook, address):
    status, text, headers = ask(address + "data")
    assert (status, headers["Content-Type"]) == (200, "application/json")
    (question,) = json.loads(text)["questions"]
    assert len(question["answers"]) == len(HOSTILE) + 2
    assert set(question["answers"][0]) == {"submission", "written", "changed", "marks", "comment", "points"}
    assert "last" not in text
    with Gradebook(gradebook) as book:
        (named,) = mark.questions(book, "hw1", names=True)
    assert "last" in {answer["who"] for answer in named["answers"]}


def test_a_mark_is_in_the_gradebook_when_the_page_hears_of_it(gradebook, address):
    assert ask(address + "mark", a_mark())[0] == 200
    with Gradebook(gradebook) as book:
        (found,) = [each for each in book.to_mark("hw1", "hw1-w1") if each["submission"] == 1]
    assert (found["marks"], found["comment"]) == ({"claim": 3}, "Why?")


def test_what_the_marks_give_is_said_by_the_rule_of_the_scores(gradebook, address):
    def points():
        (question,) = json.loads(ask(address + "data")[1])["questions"]
        return next(answer["points"] for answer in question["answers"] if answer["submission"] == 1)

    assert points() == "Points: \u2013 of 6."
    for levels, said in [
        ({"claim": 3}, "Points: 4 of 6 so far, from 1 of 2 criteria."),
        ({"claim": 3, "evidence": 1}, "Points: 2 of 6."),
        ({"claim": 1, "evidence": 1}, "Points: 0 of 6."),
        ({"claim": 4, "evidence": 4}, "Points: 6 of 6."),
        ({}, "Points: \u2013 of 6."),
    ]:
        assert ask(address + "mark", a_mark(levels=levels))[:2] == (200, said)
        assert points() == said
    ask(address + "mark", a_mark(levels={"claim": 4, "evidence": 3}))
    with Gradebook(gradebook) as book:
        assert book.scores("hw1")[0].answers["hw1-w1"]["points"] == 5
    assert points() == "Points: 5 of 6."


@pytest.mark.parametrize(
    ("headers", "path", "status"),
    [
        ({"Host": "evil.example"}, "", 403),
        ({"Origin": "http://evil.example"}, "", 403),
        ({"Origin": "null"}, "", 403),
        ({"Content-Type": "text/plain"}, "", 400),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "", 400),
        ({"Content-Length": str(10**9)}, "", 413),
        ({}, "../", 403),
    ],
)
def test_other_sites_and_other_addresses_are_refused(gradebook, address, headers, path, status):
    target = address.rsplit("/", 2)[0] + "/guess/mark" if path else address + "mark"
    assert ask(target, a_mark(), **headers)[0] == status
    with Gradebook(gradebook) as book:
        assert not any(each["marks"] for each in book.to_mark("hw1", "hw1-w1"))


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"null",
        {},
        a_mark(levels={"claim": 9}),
        a_mark(levels={"claim": True}),
        a_mark(levels={"nonsense": 1}),
        a_mark(levels=[1]),
        a_mark(comment=None),
        a_mark(submission=999),
        a_mark(submission=[]),
        a_mark(question="hw1-e9"),
        b"[" * 100_000,
    ],
)
def test_what_is_not_a_mark_is_refused_and_the_server_goes_on(address, body):
    assert ask(address + "mark", body)[0] == 400
    assert ask(address + "mark", a_mark())[0] == 200


@pytest.mark.parametrize("path", ["", "/", "/x/", "/../"])
def test_without_the_token_there_is_nothing(address, path):
    root = "/".join(address.split("/")[:3])
    status, text, _ = ask(root + path)
    assert (status, text) == (403, "Use the address that `cstolib mark` printed.")


def test_only_this_machine_is_listened_to(gradebook):
    made, address = mark.server(gradebook, "hw1")
    assert made.server_address[0] == "127.0.0.1"
    assert len(address.split("/")[3]) >= 32
    made.server_close()


def test_with_nothing_to_mark_it_says_so(tmp_path):
    with Gradebook(tmp_path / "empty.db") as book:
        book.add_assignment({"assignment": "hw1", "questions": {}})
    with pytest.raises(CstolibError, match="'hw1' has no written answers to mark"):
        mark.serve(tmp_path / "empty.db", "hw1")
