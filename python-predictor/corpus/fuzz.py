"""Decodes damaged files: each must give a table or a refusal, and nothing may be imported, opened or run on the way.

`python fuzz.py [count] [seed]` takes files of the corpus, damages them, and prints how many ended how. It ends with an
error at the first that ends in any other way, and leaves that file behind as `fuzz-failure.joblib`.
"""

import bz2
import codecs
import gzip
import io
import lzma
import random
import sys
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))
from dropscore_predictor.unpickled import Bounds, Refused, decode

HERE = Path(__file__).parent

BOUNDS = Bounds(memory=64 << 20, inflated=64 << 20, opcodes=1_000_000, seconds=20)
FORBIDDEN = ("import", "open", "exec", "compile", "os.", "subprocess.", "pickle.", "socket.", "ctypes.", "shutil.")
INFLATES: list[tuple[bytes, Callable[[bytes], bytes]]] = [
    (b"\x1f\x8b", gzip.decompress),
    (b"\x78", zlib.decompress),
    (b"BZ", bz2.decompress),
    (b"\xfd7zXZ", lzma.decompress),
    (b"\x5d\x00", lzma.decompress),
]
NAMES = [b"posix", b"system", b"builtins", b"eval", b"getattr", b"numpy", b"ndarray", b"Index", b"data", b"shape"]

_events: list[str] | None = None


def _audit(event: str, _: Any) -> None:
    if _events is not None and event.startswith(FORBIDDEN):
        _events.append(event)


sys.addaudithook(_audit)
codecs.lookup("raw-unicode-escape")  # Python imports a codec of its own where it is first used.


@contextmanager
def watched() -> Iterator[list[str]]:
    """What Python's audit hooks report that a decoder must not do."""
    global _events  # noqa: PLW0603 - an audit hook stays for the life of the process
    _events = events = []
    try:
        yield events
    finally:
        _events = None


def corpus() -> list[bytes]:
    """All files; those that are compressed also as what they inflate to."""
    files = []
    for path in sorted(HERE.glob("*.zip")):
        with zipfile.ZipFile(path) as packed:
            files += [packed.read(name) for name in packed.namelist() if name.endswith(".joblib")]
    inflated = [inflate(data) for data in files for start, inflate in INFLATES if data.startswith(start)]
    return files + inflated


def damaged(chance: random.Random, data: bytes, other: bytes) -> bytes:
    """One to four changes: of bits, of bytes, of lengths, of the order of parts, with parts of another file."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        at = chance.randrange(len(changed) + 1)
        size = min(chance.choice((1, 2, 4, 8, 40)), len(changed) - at)
        kind = chance.randrange(9)
        if kind == 0 and size:
            changed[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            changed[at : at + size] = chance.randbytes(size)
        elif kind == 2:
            del changed[at : at + size]
        elif kind == 3:
            changed[at:at] = changed[at : at + size] * chance.choice((1, 2, 50))
        elif kind == 4:
            start = chance.randrange(len(other))
            changed[at : at + size] = other[start : start + chance.choice((4, 40, 400))]
        elif kind == 5:
            changed[at : at + 1] = bytes(
                [chance.choice(b"().0123]}lduaest\x81\x85\x86\x87\x93\x94\x95bRcNjhq\x8c\x88")]
            )
        elif kind == 6:
            changed[at : at + size] = chance.choice((b"\0", b"\xff", b"\x7f", b"\x80")) * size
        elif kind == 7:
            name, new = chance.choice(NAMES), chance.choice(NAMES)
            changed = bytearray(bytes(changed).replace(bytes([len(name)]) + name, bytes([len(new)]) + new, 1))
        else:
            del changed[at:]
        changed = changed or bytearray(b".")
    return bytes(changed)


def outcome(data: bytes) -> str:
    """How decoding ends; whatever is neither a table nor a refusal is raised."""
    with watched() as events:
        try:
            decode(io.BytesIO(data), BOUNDS)
            ended = "decoded"
        except Refused:
            ended = "refused"
    if events:
        raise AssertionError(f"decoding led to {sorted(set(events))}")
    return ended


def main(count: int, seed: int) -> None:
    chance, files, ended, slowest = random.Random(seed), corpus(), Counter[str](), 0.0  # noqa: S311
    started = time.monotonic()
    for _ in range(count):
        data = damaged(chance, chance.choice(files), chance.choice(files))
        before = time.monotonic()
        try:
            ended[outcome(data)] += 1
        except BaseException:
            Path("fuzz-failure.joblib").write_bytes(data)
            raise
        slowest = max(slowest, time.monotonic() - before)
    seconds = time.monotonic() - started
    print(f"{count} damaged files, seed {seed}: {dict(ended)} in {seconds:.0f} s, the slowest in {slowest:.2f} s")


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    main(*given, *(100_000, 0)[len(given) :])
