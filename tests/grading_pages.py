"""What a hostile learner could hand in, and a gradebook that holds it, for tests of the pages."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from cstolib.grading.collect import Submission
from cstolib.grading.gradebook import Gradebook

HOSTILE = [
    "<script>window.ran = 1; alert(1)</script>",
    "</script><script>window.ran = 1</script>",
    "</textarea></div></body><img src=x onerror=window.ran=1>",
    '" onmouseover="window.ran=1" autofocus onfocus="window.ran=1',
    "' onfocus=window.ran=1 x='",
    "<svg onload=window.ran=1><animate onbegin=window.ran=1 attributeName=x></svg>",
    "<a href='javascript:window.ran=1'>click</a> [click](javascript:window.ran=1)",
    "<style>body{background:url(http://example.org/leak)}</style>![x](http://example.org/leak.png)",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe><base href=http://example.org>",
    "<meta http-equiv=refresh content='0;url=http://example.org'>",
    "{{ ''.__class__ }} {% include '/etc/passwd' %} ${window.ran=1} <%= 1 %> `${window.ran=1}`",
    "\u202egnp.cod\u202c \u2066isolated \u200bzero\x00\x1b[31m\ud800",
    "<!-- <!--> --> ]]> &lt;script&gt;window.ran=1&lt;/script&gt; \u2028\u2029",
    "**<img src=x onerror=window.ran=1>** `<script>window.ran=1</script>` *<svg/onload=window.ran=1>*",
]
RUBRIC = {"claim": ["Clear.", "Mostly.", "Partly.", "None."], "evidence": ["Two.", "One.", "Weak.", "None."]}
KEY = {
    "assignment": "hw1",
    "title": "Homework <1>",
    "questions": {
        "hw1-e1": {"kind": "number", "title": "How many", "points": 3},
        "hw1-w1": {"kind": "written", "title": "Why", "prompt": "Why?", "points": 6, "rubric": RUBRIC},
    },
}


def hostile_gradebook(path: Path) -> Path:
    """Make a gradebook in which everything that learners can write is hostile."""
    path.write_bytes(_made())
    return path


def long_essay_gradebook(path: Path) -> Path:
    """Make a gradebook with one long essay of 20 points, to be marked by four criteria."""
    levels = ["Fully met, with a reason.", "Mostly met.", "Partly met.", "Not met."]
    rubric = dict.fromkeys(["Claim", "Evidence", "Sources", "Language"], levels)
    essay = {"kind": "written", "title": "Why", "prompt": "Why?", "points": 20, "rubric": rubric}
    text = "\n\n".join(
        f"Paragraph {place}. {'The promise is older than the name. ' * 8}" for place in range(12)
    )
    answer = {"status": "to mark", "share": None, "points": None, "possible": 20, "written": text}
    with Gradebook(path) as book:
        book.add_assignment({"assignment": "essay", "title": "Essay", "questions": {"w1": essay}})
        book.add_submissions("essay", [Submission("ana", "ana.ipynb", b"{}")])
        book.record(1, {"status": "graded", "note": "", "questions": {"w1": answer}}, "v")
    return path


@cache
def _made(huge: int = 200_000) -> bytes:
    with TemporaryDirectory() as folder:
        return _make(Path(folder, "term.db"), huge).read_bytes()


def _make(path: Path, huge: int) -> Path:
    with Gradebook(path) as book:
        book.add_assignment(KEY)
        texts = [*HOSTILE, "x" * huge, "An ordinary answer."]
        names = [text.encode("utf-8", "replace").decode() for text in texts]
        learners = [{"learner": f"l{number:02}", "name": name} for number, name in enumerate(names)]
        book.add_learners([*learners[:-1], {"learner": "last", "name": "Ana"}])
        ids = [*(each["learner"] for each in learners[:-1]), "last"]
        handed_in = zip(ids, texts, strict=True)
        files = [Submission(who, f"{text[:50]}.ipynb", who.encode()) for who, text in handed_in]
        book.add_submissions("hw1", files)
        for id in book.pending("hw1", "v"):
            text = texts[id - 1]
            wrong = {"status": "wrong", "share": 0, "points": 0, "possible": 3, "misconception": text[:80]}
            essay = {"status": "to mark", "share": None, "points": None, "possible": 6, "written": text}
            questions = {"hw1-e1": wrong | {"message": text[:200], "given": text[:200]}, "hw1-w1": essay}
            book.record(id, {"status": "graded", "note": text[:80], "questions": questions}, "v")
    return path
