"""Files out of a folder or an archive, into memory: links, climbing names and bombs stay outside."""

from __future__ import annotations

import os
import re
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cstolib.errors import CstolibError

MOST, EACH, ALL = 20_000, 20 * 2**20, 2**30  # files, bytes in one file, bytes in all
RATIO = 200  # what unpacks to more than this many times its size is no notebook
ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".7z", ".rar", ".bz2", ".xz")
LITTER = ("__MACOSX", ".ipynb_checkpoints", ".DS_Store", "Thumbs.db", "desktop.ini")
_BREAKS = re.compile(r"[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")  # would forge lines of what is told
_Found = tuple[str, str, Callable[[], "IO[bytes] | None"]]  # name, why it is refused, how to open it


def members(source: Path) -> Iterator[tuple[str, bytes, str]]:
    """Give the notebooks in a folder or an archive: name, content, and why there is none.

    Whatever is not a notebook is named with its reason, except what computers leave behind by themselves.
    """
    taken = count = 0
    with _listed(source) as found:
        for name, problem, opener in found:
            parts = name.replace("\\", "/").split("/")
            if any(part in LITTER or part.startswith("._") for part in parts):
                continue
            count += 1
            if count > MOST or taken > ALL:
                raise CstolibError(f"{str(source)!r} is more than {MOST} files or {ALL >> 30} GB: divide it.")
            content = b""
            problem = problem or _suspicious(name, parts)
            if not problem:
                content, problem = _read(opener)
                taken += len(content)
            yield _BREAKS.sub("?", name.encode("utf-8", "replace").decode()), content, problem


def _suspicious(name: str, parts: list[str]) -> str:
    if name.startswith(("/", "\\")) or ".." in parts or "\\" in name or parts[0][1:2] == ":" or "\0" in name:
        return "its name leads out of the archive"
    if name.casefold().endswith(ARCHIVES):
        return "an archive inside; grade it by itself, or ask for the notebook"
    return "" if name.casefold().endswith(".ipynb") else "not a notebook (.ipynb)"


def _read(opener: Callable[[], IO[bytes] | None]) -> tuple[bytes, str]:
    try:
        file = opener()
        if file is None:
            return b"", "not an ordinary file"
        with file:
            content = file.read(EACH + 1)
    except Exception as error:  # each kind of compression has errors of its own
        return b"", f"damaged ({error})"
    if len(content) > EACH:
        return b"", f"larger than {EACH >> 20} MB"
    return content, "" if content else "an empty file"


@contextmanager
def _listed(source: Path) -> Iterator[Iterator[_Found]]:
    if source.is_dir():
        yield _walk(source)
        return
    if not source.is_file():
        raise CstolibError(f"There is no folder, archive or notebook {str(source)!r}.")
    if source.suffix.casefold() == ".ipynb":
        yield iter([_entry(source, source.name)])
        return
    try:
        with source.open("rb") as file, tempfile.TemporaryFile() as plain:
            if zipfile.is_zipfile(file):
                yield _unzip(_opened(file))
            else:
                yield _untar(_unpressed(file, plain))
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error) as error:
        known = "zip, tar and tar.gz"
        raise CstolibError(
            f"{str(source)!r} is no archive that can be read ({known} can): {error}."
        ) from None


def _walk(top: Path) -> Iterator[_Found]:
    for folder, folders, files in os.walk(top):
        folders.sort()
        links = [name for name in folders if Path(folder, name).is_symlink()]
        for name in sorted(files + links):
            path = Path(folder, name)
            yield _entry(path, path.relative_to(top).as_posix())


def _entry(path: Path, name: str) -> _Found:
    kind = path.lstat().st_mode
    return name, "" if stat.S_ISREG(kind) else "a link or a device, not a file", lambda: path.open("rb")


def _opened(file: IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except (ValueError, RuntimeError, LookupError) as error:  # names and versions that cannot be
        raise zipfile.BadZipFile(str(error)) from None


def _unzip(archive: zipfile.ZipFile) -> Iterator[_Found]:
    for each in archive.infolist():
        kind = stat.S_IFMT(each.external_attr >> 16)
        problem = ""
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            problem = "a link or a device, not a file"
        elif each.flag_bits & 1:
            problem = "encrypted"
        elif each.file_size > RATIO * max(each.compress_size, 1000):
            problem = f"unpacks to more than {RATIO} times its size"
        if not each.filename.endswith("/"):  # a folder
            yield _name(each), problem, lambda each=each: archive.open(each)  # type: ignore[misc]


def _name(each: zipfile.ZipInfo) -> str:
    """Read a name; macOS writes UTF-8 without saying so."""
    try:
        return each.orig_filename if each.flag_bits & 0x800 else each.orig_filename.encode("cp437").decode()
    except UnicodeError:
        return each.orig_filename


def _untar(plain: IO[bytes]) -> Iterator[_Found]:
    with tarfile.open(fileobj=plain, mode="r:") as archive:
        for each in archive:
            problem = "" if each.isreg() and not each.issparse() else "a link or a device, not a file"
            if not each.isdir():
                yield each.name, problem, lambda each=each: archive.extractfile(each)  # type: ignore[misc]


def _unpressed(file: IO[bytes], plain: IO[bytes]) -> IO[bytes]:
    """Take the compression off, up to the limit: no header inside can then promise more than there is."""
    file.seek(0)
    unpack = zlib.decompressobj(31) if file.read(2) == b"\x1f\x8b" else None
    file.seek(0)
    while block := file.read(2**16):
        plain.write(unpack.decompress(block) if unpack else block)
        if plain.tell() > ALL:
            raise CstolibError(f"{file.name!r} unpacks to more than {ALL >> 30} GB. Divide it.")
    plain.seek(0)
    return plain
