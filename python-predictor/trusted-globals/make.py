"""Writes the lists of trusted globals: `python make.py`, with Python 3.11 and some twenty minutes.

Each environment below is built from wheels in a folder that is thrown away, and `collect.py` runs in it. What any of
them found comes on a list, but for what is denied.
"""

import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

LISTS = Path(__file__).parent.parent / "src/dropscore_predictor/pickled/trusted"

ENVIRONMENTS = [
    ["scikit-learn==1.3.2", "numpy<2", "scipy<1.12", "pandas<2.2", "joblib<1.4"],
    ["scikit-learn==1.5.2", "numpy<2.2", "pandas<2.3", "joblib<1.5", "xgboost-cpu", "lightgbm"],
    ["scikit-learn==1.7.2", "pandas<3", "joblib<1.6", "xgboost-cpu", "lightgbm", "hdbscan"],
    ["-r", str(Path(__file__).parent.parent / "requirements/classic.txt")],
]

# `_loss` is a module of scikit-learn 1.4 to 1.6, which Cython pickles without its package.
LIBRARIES = {"sklearn": "scikit-learn", "_loss": "scikit-learn"}
OWN_LISTS = {"scikit-learn", "numpy", "scipy", "pandas", "joblib", "xgboost", "lightgbm", "hdbscan"}
ELSEWHERE = {f"pathlib:{name}": f"pathlib._local:{name}" for name in ("PosixPath", "PurePosixPath")}
"""Where Python 3.13 has them."""
ORDER = ("rebuilds", "named only", "class")

DENIED = re.compile(
    "|".join(
        [
            # Evaluate, import, open, reach attributes, or make functions of their arguments.
            r"builtins:(__import__|breakpoint|compile|delattr|eval|exec|filter|getattr|globals|input|locals|map|open"
            r"|print|property|setattr|super|type|vars)",
            r"(code|ctypes|functools|importlib|inspect|io|marshal|operator|os|pickle|posix|runpy|shutil|socket"
            r"|subprocess|sys|tempfile)(\..*)?:.*",
            r"pathlib(\..*)?:(?!(Pure)?PosixPath$).*",
            r"types:.*",
            # Their __setstate__ runs a text of the pickle through exec.
            r"scipy\.stats(\..*)?:.*",
            r"numpy(\..*)?:(DataSource|NpzFile|_ufunc_reconstruct|frompyfunc|fromfile|fromregex|genfromtxt|load|loadtxt"
            r"|memmap|vectorize)",
            r"numpy\.(distutils|f2py|testing)(\..*)?:.*",
            r"pandas\.(core\.computation|io|compat|_testing)(\..*)?:.*",
            r"pandas:(eval|read_.*)",
            # Data, which eval and query of a frame make a program of; a publisher may vouch for them.
            r"pandas:(DataFrame|IntervalIndex|MultiIndex|Series)",
            r"pandas\.(core\.(frame|internals|series|indexes\.(interval|multi))|_libs\.internals)(\..*)?:.*",
            r"sklearn\.(datasets|externals|tests|conftest|utils\._testing|utils\._mocking)(\..*)?:.*",
            r"sklearn(\..*)?\.tests(\..*)?:.*",
            r"joblib\.(?!numpy_pickle:NumpyArrayWrapper$|memory:Memory$).*",
            r"(xgboost|lightgbm)\.(dask|spark|testing|tracker)(\..*)?:.*",
        ]
    )
)

HEADER = "# Made by trusted-globals/make.py; its README tells what comes on a list. Do not edit."


def collected(requirements: list[str]) -> list[str]:
    """The lines of `collect.py` in an environment of its own."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin/python")
        subprocess.run([python, "-m", "pip", "install", "-q", "--only-binary", ":all:", *requirements], check=True)
        script = str(Path(__file__).parent / "collect.py")
        return subprocess.run([python, script], check=True, capture_output=True, text=True).stdout.splitlines()


def write(lines: list[str]) -> None:
    """Sorts what was collected into a file a library."""
    notes: dict[str, str] = {}
    for line in lines:
        name, note = line.split("\t")
        if not DENIED.fullmatch(name):
            notes[name] = min(notes.get(name, note), note, key=ORDER.index)
            if name in ELSEWHERE:
                notes[ELSEWHERE[name]] = notes[name]
    files: dict[str, list[str]] = {}
    for name, note in sorted(notes.items()):
        root = name.split(":")[0].split(".")[0]
        library = LIBRARIES.get(root, root)
        files.setdefault(library if library in OWN_LISTS else "python", []).append(
            name if note == "class" else f"{name}  # {note}"
        )
    LISTS.mkdir(exist_ok=True)
    for library, names in files.items():
        (LISTS / f"{library}.txt").write_text("\n".join([HEADER, *names, ""]))


if __name__ == "__main__":
    given = [line for path in sys.argv[1:] for line in Path(path).read_text().splitlines()]
    write(given or [line for requirements in ENVIRONMENTS for line in collected(requirements)])
