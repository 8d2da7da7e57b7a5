"""All crises in one table: who asked, which article, what was done and how soon, to compare and to choose."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from cstolib.atlas.hours import AHEAD, steps
from cstolib.data import Table, load, missing_reasons
from cstolib.errors import known

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMS = ("none", "statement", "consultation", "mission", "materiel", "deployment")  # weakest first
KINDS = {
    "external-attack": "external: fighting with somebody outside the treaty",
    "outside-area": "outside the members' area",
    "member-vs-member": "between members",
    "internal": "inside a member",
    "institutional": "about the organisation itself",
}
ARTICLES = {
    "2": "Article 2, consultation",
    "4": "Article 4, help",
    "bilateral": "between two states",
    "none": "no article named",
}
NO_REQUEST = "no request is recorded"
ADDRESSEES = {"csto": "the CSTO", "russia": "Russia", "cis": "the CIS", "other": "others"}
DONE = {
    "deployment": "deployment of forces",
    "materiel": "materiel",
    "mission": "mission",
    "consultation": "consultation",
    "statement": "statement",
    "none": "only a refusal",
    "no act": "no act recorded",
}
# Bodies of the treaty and of its organisation; anybody else acts for a state, for several, or for others.
ORGANS = {
    "Chair of the Collective Security Council",
    "Collective Security Council",
    "Collective Security Treaty Organization",
    "Committee of Secretaries of Security Councils of the CSTO",
    "Council of Ministers of Defence of the CSTO",
    "Council of Ministers of Foreign Affairs of the CSTO",
    "CSTO Collective Rapid Reaction Forces",
    "Heads of state of the CSTO members",
    "Joint Staff of the CSTO",
    "Military Committee under the Council of Ministers of Defence",
    "Permanent Council of the CSTO",
    "Secretariat of the CSTO",
    "Secretary General of the CSTO",
}
# Name of the notebook without its ending and title, of the crises that have a lesson.
LESSONS = {
    "04-first-tests": ("First tests", "tajik-civil-war batken-1999 batken-2000"),
    "05-regimes-and-exits": ("Regimes and exits", "andijan-2005 kyrgyzstan-april-2010 osh-2010"),
    "07-selective-solidarity": ("Selective solidarity", "line-of-contact-2014-15 su24-2015 april-war-2016"),
    "08-where-the-treaty-ends": ("Where the treaty ends", "karabakh-2020 syunik-2021"),
    "09-kazakhstan-january-2022": ("Kazakhstan, January 2022", "kazakhstan-2022"),
    "10-ukraine-allies-at-a-distance": ("Ukraine: allies at a distance", "ukraine-2022"),
    "11-two-septembers": ("Two Septembers", "armenia-azerbaijan-sept-2022 kyrgyz-tajik-sept-2022"),
    "12-voice-veto-exit": ("Voice, veto, exit", "yerevan-summit-2022 karabakh-2023 armenia-freeze-2024"),
}


def lesson_of(crisis_id: str) -> tuple[str, str] | None:
    """Give the notebook and the title of the lesson that treats a crisis; None where there is none.

    Examples
    --------
    >>> lesson_of("kazakhstan-2022")
    ('09-kazakhstan-january-2022.ipynb', 'Lesson 9: Kazakhstan, January 2022')
    >>> lesson_of("georgia-2008") is None
    True
    """
    known("crisis", crisis_id, AHEAD)
    for name, (title, crises) in LESSONS.items():
        if crisis_id in crises.split():
            return f"{name}.ipynb", f"Lesson {int(name[:2])}: {title}"
    return None


def crisis_overview() -> Table:
    """Put every crisis on one row.

    Returns
    -------
    Table
        In order of time: `crisis_id`, `crisis`, `start`, `kind`; `asked` (who asked whom, by which article),
        `requesters` and `articles` (separated by ``;``); `csto` and `anybody` (strongest form of act, by
        bodies of the treaty or by anybody, ``no act`` where none is recorded); `adversary` (whether an act
        of such a body names an adversary); `hours_from` and `hours_to` (between which the first act of such
        a body after hour zero lies); `lesson`; `sources`.

    Examples
    --------
    >>> rows = crisis_overview().set_index("crisis_id")
    >>> rows.loc["kazakhstan-2022", ["asked", "csto", "adversary"]].to_list()
    ['Kazakhstan asked the CSTO (Article 4, help)', 'deployment', 'no']
    """
    note = (
        "A crisis without a request is one for which none was found: a confidential appeal leaves no trace. "
        "`csto`, `adversary` and the hours count acts of bodies of the treaty and its organisation only, "
        "`anybody` also those of single states and of other organisations. Forms stand in the order none, "
        "statement, consultation, mission, materiel, deployment; the order says how much was done, not how "
        "well. One form is hedged by its own sources: the materiel for Batken in 1999.\n\n"
        "A first act known only to its day lies somewhere in the hours given; a refusal is no first act."
    )
    return Table(_overview(), "The crises of the atlas", note)


@lru_cache(maxsize=1)
def _overview() -> pd.DataFrame:
    crises = load("crises").sort_values(["start", "crisis_id"])
    requests, responses = load("requests"), load("responses")
    responses["adversary"] = responses["names_adversary"].astype("object")
    responses["why"] = missing_reasons("responses")["names_adversary"]
    return pd.DataFrame(
        [
            _row(
                crisis,
                requests[requests["crisis_id"] == crisis["crisis_id"]].sort_values("date"),
                responses[responses["crisis_id"] == crisis["crisis_id"]].sort_values("date"),
            )
            for crisis in crises.to_dict("records")
        ]
    )


def _row(crisis: dict[Any, Any], requests: pd.DataFrame, responses: pd.DataFrame) -> dict[str, Any]:
    names = load("states").set_index("iso3")["name"]
    own = responses[[is_organ(body) for body in responses["body"]]]
    lesson = lesson_of(crisis["crisis_id"])
    start, end = _first_act(crisis["crisis_id"], own)
    asked = [
        f"{names[row['requester']]} asked {ADDRESSEES[row['addressed_to']]} ({ARTICLES[row['article']]})"
        for row in requests.to_dict("records")
    ]
    cells = [crisis["sources"], *requests["sources"], *responses["sources"]]
    return {
        "crisis_id": crisis["crisis_id"],
        "crisis": crisis["name"],
        "start": crisis["start"],
        "start_precision": crisis["start_precision"],
        "kind": crisis["type"],
        "asked": "; ".join(dict.fromkeys(asked)) or NO_REQUEST,
        "requesters": ";".join(sorted(set(requests["requester"]))),
        "articles": ";".join(sorted(set(requests["article"]))),
        "csto": strongest(own["form"]) or "no act",
        "anybody": strongest(responses["form"]) or "no act",
        "adversary": names_adversary(own),
        "hours_from": start,
        "hours_to": end,
        "lesson": lesson[1] if lesson else "",
        "sources": ";".join(dict.fromkeys(item for cell in cells for item in cell.split(";"))),
    }


def is_organ(body: str) -> bool:
    """Say whether a body of the treaty or of its organisation had part in an act.

    Examples
    --------
    >>> is_organ("Secretariat of the CSTO"), is_organ("President of Russia;Government of Kazakhstan")
    (True, False)
    """
    return any(name.strip() in ORGANS for name in body.split(";"))


def strongest(forms: Iterable[str]) -> str:
    """Give the strongest form among acts, an empty text where there is none.

    Examples
    --------
    >>> strongest(["statement", "mission"]), strongest([])
    ('mission', '')
    """
    return max(forms, key=FORMS.index, default="")


def names_adversary(responses: pd.DataFrame) -> str:
    """Say whether any of these acts names an adversary.

    ``"yes"`` if one does; ``"no"`` if it is known of all and none does; ``"unknown"`` if none is known to,
    and of some it is not known; ``"does not apply"`` if there is nobody to name; ``"no act"``.
    """
    if responses.empty:
        return "no act"
    codes, why = responses["adversary"], responses["why"]
    if (codes == True).any():  # noqa: E712 - missing is neither
        return "yes"
    if (why == "unknown").any():
        return "unknown"
    return "no" if (codes == False).any() else "does not apply"  # noqa: E712


def _first_act(crisis_id: str, acts: pd.DataFrame) -> tuple[float, float]:
    """Give the bounds, in hours since hour zero, of the first act that was no refusal."""
    zero = steps(crisis_id).set_index("hours").loc[[0.0], "when"].iloc[0]
    spans = []
    for row in acts[acts["form"] != "none"].dropna(subset="date").to_dict("records"):
        begin = row["date"].tz_localize("UTC") - pd.Timedelta(hours=AHEAD[crisis_id])
        length = {"month": pd.DateOffset(months=1), "year": pd.DateOffset(years=1)}
        end = begin + length.get(row["date_precision"], pd.DateOffset(days=1))
        low, high = ((moment - zero).total_seconds() / 3600 for moment in (begin, end))
        if high > 0:
            spans.append((round(max(low, 0.0), 2), round(high, 2)))
    lows, highs = zip(*spans, strict=True) if spans else ((float("nan"),), (float("nan"),))
    return min(lows), min(highs)


def find_crises(
    *,
    asked: Iterable[str] | str = (),
    article: Iterable[str] | str = (),
    kind: Iterable[str] | str = (),
    done: Iterable[str] | str = (),
    by: str = "anybody",
) -> list[str]:
    """Find crises by who asked, which article was named, kind, and the strongest thing that was done.

    Several values of one argument widen the choice, several arguments narrow it; left out, nothing is asked.

    Parameters
    ----------
    asked : str or iterable of str, optional
        States by `iso3`, or ``"nobody"`` where no request is recorded.
    article : str or iterable of str, optional
        ``"2"``, ``"4"``, ``"bilateral"``, ``"none"`` (a request that names no article), or ``"no request"``.
    kind : str or iterable of str, optional
        As in the column `type` of the table `crises`.
    done : str or iterable of str, optional
        Strongest form of act, as in the column `form` of `responses`; ``"no act"`` where none is recorded.
    by : str, optional
        Whose acts count: ``"anybody"``, or ``"csto"`` for bodies of the treaty and its organisation.

    Returns
    -------
    list of str
        Ids of the table `crises`, in order of time.

    Examples
    --------
    >>> find_crises(article="4")
    ['kazakhstan-2022', 'armenia-azerbaijan-sept-2022']
    >>> find_crises(done="deployment", by="csto")
    ['tajik-afghan-2021', 'kazakhstan-2022']
    >>> find_crises(asked="Armenia")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    cstolib.errors.CstolibError: There is no state that asked 'Armenia'. Did you mean 'ARM'? ...
    """
    rows = _overview()
    known("actor", by, ("anybody", "csto"))
    askers = {state for cell in rows["requesters"] for state in cell.split(";") if state} | {"nobody"}
    wanted = (
        ("state that asked", asked, askers, rows["requesters"].replace("", "nobody")),
        ("article", article, {*ARTICLES, "no request"}, rows["articles"].replace("", "no request")),
        ("kind of crisis", kind, set(KINDS), rows["kind"]),
        ("form of act", done, {*FORMS, "no act"}, rows[by]),
    )
    keep = pd.Series(data=True, index=rows.index)
    for what, values, allowed, cells in wanted:
        chosen = {known(what, value, allowed) for value in ([values] if isinstance(values, str) else values)}
        if chosen:
            keep &= pd.Series([bool(chosen & set(cell.split(";"))) for cell in cells], index=rows.index)
    return [str(crisis) for crisis in rows.loc[keep, "crisis_id"]]
