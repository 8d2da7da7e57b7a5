"""The learner's folder: copied once, updated without ever overwriting the learner's work."""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath

from packaging.version import InvalidVersion, Version

from cstolib import __version__
from cstolib.errors import CstolibError, unknown
from cstolib.trust import sign

DEFAULT_FOLDER = "csto-course"
WELCOME = "00-welcome.ipynb"
ATLAS = "crisis-atlas.html"
LAB = "cstolib lab my-csto-course"
MANIFEST = Path(".cstolib") / "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What was last shipped into a folder: the course's version, and each file's SHA-256."""

    version: str
    files: Mapping[str, str]

    def is_newer_than(self, version: str) -> bool:
        """Say whether a later version of the course was here before."""
        return Version(self.version) > Version(version)


@dataclass(frozen=True)
class Outcome:
    """What `prepare` did to a learner's folder, in words when printed.

    Examples
    --------
    >>> print(Outcome(Path("csto-course"), "0.2.0", beside={"01-a.ipynb": "01-a (new in 0.2.0).ipynb"}))
    Course folder: csto-course (version 0.2.0)
    You changed 01-a.ipynb, so it was left as it is. The new version is beside it: 01-a (new in 0.2.0).ipynb
    """

    folder: Path
    version: str
    copied: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    beside: Mapping[str, str] | None = None
    newer: str | None = None

    def __str__(self) -> str:
        lines = [f"Course folder: {self.folder} (version {self.version})"]
        if self.copied:
            lines.append(f"Copied: {_count(self.copied)}.")
        if self.updated:
            lines.append(f"Brought up to date: {', '.join(self.updated)}.")
        lines += [
            f"You changed {name}, so it was left as it is. The new version is beside it: {new}"
            for name, new in (self.beside or {}).items()
        ]
        if self.newer:
            lines.append(f"{_newer(self.newer)} No file was touched.")
        return "\n".join(lines)


def shipped(package: Path | None = None) -> dict[str, Path]:
    """Find the lessons, the page of the crisis atlas and the student exercises of this installation.

    Parameters
    ----------
    package : Path, optional
        The folder of the installed package; by default this one.

    Returns
    -------
    dict of str to Path
        Name inside a learner's folder, such as ``"exercises/00-welcome.ipynb"``, and the file to copy.

    Raises
    ------
    CstolibError
        If the installation came without lessons.
    """
    package = package or Path(__file__).parent
    lessons = package / "course" / "notebooks"
    if not lessons.is_dir():  # a checkout: only the built wheel has the lessons inside the package
        lessons = package.parent / "notebooks"
    files = {path.name: path for path in sorted(lessons.glob("*.ipynb"))}
    if not files:
        raise CstolibError(
            "This installation holds no lessons. Install the course again, as its README says."
        )
    pages = (package / "course" / ATLAS, package.parent / "docs" / ATLAS)  # in a wheel, in a checkout
    files.update((ATLAS, page) for page in pages if page.is_file())
    exercises = sorted((package / "course" / "exercises").glob("*.ipynb"))
    return files | {f"exercises/{path.name}": path for path in exercises}


def prepare(
    folder: str | Path = DEFAULT_FOLDER,
    *,
    files: Mapping[str, Path] | None = None,
    version: str = __version__,
) -> Outcome:
    """Copy the course into a learner's folder, or bring an older copy up to date.

    A file that the learner changed is never overwritten: its new version lands beside it.

    Parameters
    ----------
    folder : str or Path
        The learner's folder; made if it is not there.
    files : mapping of str to Path, optional
        What to copy; by default everything `shipped`.
    version : str
        The version of `files`.

    Returns
    -------
    Outcome
        What was copied, updated and left alone.

    Raises
    ------
    CstolibError
        If the folder cannot be made or written; nothing of the learner's is lost then.
    """
    folder = Path(folder)
    sources = shipped() if files is None else files
    with _in_words(folder):
        folder.mkdir(parents=True, exist_ok=True)
        before = read_manifest(folder)
        if before and before.is_newer_than(version):
            return Outcome(folder, version, newer=before.version)
        known = dict(before.files) if before else {}
        copied, updated, beside = [], [], {}
        for name, source in sources.items():
            data, target = source.read_bytes(), folder / name
            new, old = _digest(data), _digest(target.read_bytes()) if target.exists() else None
            if old is None:
                _ship(target, data)
                copied.append(name)
            elif old == known.get(name) and old != new:
                _ship(target, data)
                updated.append(name)
            elif old != new and known.get(name) != new:
                offer = _free_name(target, f"new in {version}", data)
                _ship(offer, data)
                beside[name] = offer.relative_to(folder).as_posix()
            known[name] = new
        _write_manifest(folder, Manifest(version, known))  # every time: a folder for work must be writable
    return Outcome(folder, version, tuple(copied), tuple(updated), beside)


def reset(lesson: str, folder: str | Path | None = None, *, now: datetime | None = None) -> str:
    """Put a lesson back as it was shipped, and keep the learner's copy beside it.

    Parameters
    ----------
    lesson : str
        ``"1"``, ``"01"`` or the name of a lesson; ``"exercises/1"`` for its exercise set.
    folder : str or Path, optional
        The learner's folder; by default found from the current one.
    now : datetime, optional
        The date and time in the backup's name.

    Returns
    -------
    str
        What was done.

    Raises
    ------
    CstolibError
        If there is no such lesson, no course folder, or the folder cannot be written.
    """
    sources = shipped()
    name = find_lesson(lesson, sources)
    place = find_folder() if folder is None else Path(folder)
    with _in_words(place):
        before = read_manifest(place)
        if before is None:
            raise CstolibError(f"{str(place)!r} is not a course folder. To make it one: cstolib lab {place}")
        if before.is_newer_than(__version__):
            raise CstolibError(f"{_newer(before.version)} Nothing was changed.")
        target, data = place / name, sources[name].read_bytes()
        backup = None
        if target.exists():
            mine = target.read_bytes()
            if mine == data:
                return f"{name} is already as it was shipped; nothing was done."
            stamp = (now or datetime.now()).strftime("%Y-%m-%d %H.%M.%S")
            backup = _free_name(target, f"backup {stamp}", mine)
            _write(backup, mine)
        _ship(target, data)
        _write_manifest(place, Manifest(before.version, {**before.files, name: _digest(data)}))
    kept = f" Your copy is kept as {backup.relative_to(place).as_posix()}" if backup else ""
    return f"{name} is as it was shipped again.{kept}"


def find_lesson(lesson: str, files: Mapping[str, Path]) -> str:
    """Match what a learner calls a lesson with its file's name.

    Examples
    --------
    >>> files = {"01-from-one-army.ipynb": Path(), "exercises/01-from-one-army.ipynb": Path()}
    >>> find_lesson("1", files), find_lesson("from-one-army", files), find_lesson("exercises/01", files)
    ('01-from-one-army.ipynb', '01-from-one-army.ipynb', 'exercises/01-from-one-army.ipynb')
    """
    names: dict[str, str] = {}
    for file in files:
        path = PurePosixPath(file)
        if path.suffix != ".ipynb":
            names[file] = file
            continue
        number, _, title = path.stem.partition("-")
        for alias in (path.stem, number, number.lstrip("0") or "0", title):
            names[str(path.with_name(alias))] = file
    asked = lesson.strip().lower().removesuffix(".ipynb")
    if asked not in names:
        raise unknown("lesson", lesson, [file.removesuffix(".ipynb") for file in files])
    return names[asked]


def find_folder(start: str | Path = ".") -> Path:
    """Find the course folder that `start` is in, or the default one beside it.

    Raises
    ------
    CstolibError
        If there is none.
    """
    here = Path(start).resolve()
    for place in (here, *here.parents, here / DEFAULT_FOLDER):
        if (place / MANIFEST).is_file():
            return place
    raise CstolibError(
        f"There is no course folder in {str(here)!r}. Go to it first, name it with --folder, "
        "or make one: cstolib lab"
    )


def read_manifest(folder: Path) -> Manifest | None:
    """Read what was shipped into `folder`; None if that is not known, or the record is damaged."""
    try:
        found = json.loads((folder / MANIFEST).read_text("utf-8"))
        Version(found["version"])
        return Manifest(found["version"], {str(name): str(digest) for name, digest in found["files"].items()})
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError, InvalidVersion):
        return None


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    record = {"version": manifest.version, "files": dict(sorted(manifest.files.items()))}
    _write(folder / MANIFEST, (json.dumps(record, indent=1) + "\n").encode())


def _ship(path: Path, data: bytes) -> None:
    """Write one of the course's own files; a notebook JupyterLab shall trust as it is."""
    _write(path, data)
    if path.suffix == ".ipynb":
        sign(data)


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _free_name(path: Path, label: str, data: bytes) -> Path:
    """Name a copy beside `path` that overwrites nothing but its own equal."""
    stem = re.sub(r'[<>:"/\\|?*]', "-", f"{path.stem} ({label}")
    for count in range(1, 1000):
        number = f", {count}" if count > 1 else ""
        beside = path.with_name(f"{stem}{number}){path.suffix}")
        if not beside.exists() or beside.read_bytes() == data:
            return beside
    raise CstolibError(f"There are too many copies of {path.name} beside it. Delete some of them.")


@contextmanager
def _in_words(folder: Path) -> Iterator[None]:
    """Turn what the operating system refuses into one message that says what to do."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        if isinstance(error, FileExistsError | NotADirectoryError | IsADirectoryError):
            needed = "file" if isinstance(error, IsADirectoryError) else "folder"
            place = Path(error.filename)
            obstacle = next((path for path in (place, *place.parents) if path.is_file()), place)
            what = f"{str(obstacle)!r} is in the way: the course needs a {needed} there."
            advice = f"Move it away, or choose another folder: {LAB}"
        elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            what = f"The folder {str(folder)!r}, or a file in it, cannot be read and written ({reason})."
            advice = f"Choose a folder of your own: {LAB}"
        elif error.errno in (errno.ENOSPC, errno.EDQUOT):
            what = f"There is no space left for {str(folder)!r} ({reason})."
            advice = "Free some and give the same command again: it goes on where it stopped."
        else:
            what = f"The folder {str(folder)!r} could not be prepared ({reason})."
            advice = f"Choose another one: {LAB}"
        raise CstolibError(f"{what} Nothing of yours was changed. {advice}") from error


def _newer(version: str) -> str:
    return (
        f"The folder holds version {version} of the course, newer than the one installed here. "
        "Install the newer version to go on with it."
    )


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()


def _count(names: tuple[str, ...]) -> str:
    sets = sum(name.startswith("exercises/") for name in names)
    pages = sum(name.endswith(".html") for name in names)
    parts = ((len(names) - sets - pages, "notebook"), (pages, "page"), (sets, "exercise set"))
    told = [f"{number} {what}{'' if number == 1 else 's'}" for number, what in parts if number]
    return " and ".join(filter(None, [", ".join(told[:-1]), told[-1]]))
