"""What decoding a dropped joblib file costs beside `joblib.load`, which would run what is in it.

    .venv/bin/python bench/joblib-files/joblib_files.py [--rows 200000] [--runs 5]

Each reading is a process of its own: CPU time is the least of several runs, peak memory is what the process grew by
while it read. `joblib.load` is warm: pandas and numpy are imported before the clock starts.

Prints versions, and what each file took, as JSON.
"""

import argparse
import json
import platform
import re
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path

SOURCES = Path(__file__).parent.parent.parent / "python-predictor/src"
COLUMNS = 26
WORDS = ("alpha", "beta", "gamma", "delta")


def write_files(folder: Path, rows: int) -> dict[str, Path]:
    """The shapes that data scientists save, by what a reader would call them."""
    import joblib
    import numpy as np
    import pandas as pd

    random = np.random.default_rng(7)
    numbers = random.normal(size=(rows, COLUMNS))
    names = [f"f{place}" for place in range(COLUMNS)]
    frame = pd.DataFrame(numbers, columns=names)
    words = np.array(WORDS, dtype=object)[random.integers(0, len(WORDS), size=(rows, 5))]
    objects = frame.iloc[:, :21].join(pd.DataFrame(words, columns=list("abcde"), dtype=object))
    strings = frame.iloc[:, :21].join(pd.DataFrame(words, columns=list("abcde")).astype("str"))
    written: dict[str, tuple[object, object]] = {
        "float64 array, columns first (F)": (np.asfortranarray(numbers), 0),
        "numeric DataFrame": (frame, 0),
        "numeric DataFrame, zlib": (frame, ("zlib", 3)),
        "numeric DataFrame, lzma": (frame, ("lzma", 1)),
        "DataFrame, 5 columns of object texts": (objects, 0),
        "DataFrame, 5 columns of str texts": (strings, 0),
        "DataFrame, 5 categories": (frame.iloc[:, :21].join(objects[list("abcde")].astype("category")), 0),
    }
    files = {}
    for place, (what, (value, compress)) in enumerate(written.items()):
        files[what] = folder / f"{place}.joblib"
        joblib.dump(value, files[what], compress=compress)
    return files


def read(reader: str, file: Path) -> None:
    """Reads once, and prints seconds of CPU and bytes grown by."""
    if reader == "decode":
        sys.path.insert(0, str(SOURCES))
        from dropscore_predictor.unpickled import Bounds, decode

        bounds = Bounds(memory=8 << 30, seconds=600)
        call = lambda: decode(file, bounds)  # noqa: E731
    else:
        import joblib
        import pandas as pd

        pd.DataFrame({"a": ["x"]})
        call = lambda: joblib.load(file)  # noqa: E731
    before = kilobytes("VmRSS")
    started = time.process_time()
    value = call()
    seconds = time.process_time() - started
    grown = kilobytes("VmHWM") - before
    print(json.dumps({"seconds": seconds, "bytes": grown * 1024, "type": type(value).__name__}))


def kilobytes(what: str) -> int:
    """Of this process alone: what `getrusage` tells begins with what its parent had."""
    found = re.search(rf"{what}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) if found else 0


def measured(reader: str, file: Path, runs: int) -> dict[str, float]:
    answers = []
    for _ in range(runs):
        command = [sys.executable, __file__, "--read", reader, str(file)]
        answers.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    return {
        "milliseconds": min(one["seconds"] for one in answers) * 1e3,
        "peakMegabytes": min(one["bytes"] for one in answers) / 1e6,
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--read", nargs=2, metavar=("READER", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        read(options.read[0], Path(options.read[1]))
        return
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("numpy", "pandas", "joblib"))
    files = []
    with tempfile.TemporaryDirectory() as folder:
        for what, file in write_files(Path(folder), options.rows).items():
            decode, load = (measured(reader, file, options.runs) for reader in ("decode", "load"))
            files.append({"what": what, "megabytes": file.stat().st_size / 1e6, "decode": decode, "load": load})
    print(json.dumps({"versions": f"Python {platform.python_version()}, {versions}", "files": files}))


if __name__ == "__main__":
    main()
