"""Makes the corpus: a throw-away environment for each set of versions, in which `write.py` writes what it can.

`python build.py FOLDER [name…]`, where FOLDER keeps the environments; pyenv has the Pythons. Each set becomes one zip
file beside this script: the joblib files, and `expected.json` with what the writing libraries themselves load.
"""

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
SETS = {
    "pandas-1.1": ("3.7.16", "numpy==1.18.5 pandas==1.1.5 scipy==1.4.1 joblib==0.12.5"),
    "pandas-1.4": ("3.8.18", "numpy==1.20.3 pandas==1.4.4 scipy==1.6.3 joblib==0.17.0 pyarrow==11.0.0"),
    "pandas-1.5": ("3.10.13", "numpy==1.23.5 pandas==1.5.3 scipy==1.9.3 joblib==1.1.1 pyarrow==11.0.0"),
    "pandas-2.1": ("3.11.7", "numpy==1.26.4 pandas==2.1.4 scipy==1.11.4 joblib==1.3.2 pyarrow==14.0.2"),
    "pandas-2.3": ("3.12.1", "numpy==2.5.0 pandas==2.3.3 scipy==1.18.1 joblib==1.5.2 pyarrow==26.0.1"),
    "pandas-3.1": ("3.13.0", "numpy==2.4.6 pandas==3.1.1 scipy==1.17.1 joblib==1.6.0 pyarrow==26.0.1"),
}
A_DAY = (2020, 1, 1, 0, 0, 0)


def python_of(folder: Path, name: str) -> Path:
    """The Python of a set's environment, made where it is missing."""
    version, requirements = SETS[name]
    python = folder / name / "bin" / "python"
    if not python.exists():
        environment = {**os.environ, "PYENV_VERSION": version}
        subprocess.run(["python", "-m", "venv", str(folder / name)], check=True, env=environment)
        install = [python, "-m", "pip", "install", "-q", "--only-binary", ":all:", *requirements.split()]
        subprocess.run(install, check=True)
    return python


def make(folder: Path, name: str) -> None:
    """Writes one set, and packs it so that the same files give the same bytes."""
    with tempfile.TemporaryDirectory() as written:
        subprocess.run([python_of(folder, name), HERE / "write.py", written], check=True)
        with zipfile.ZipFile(HERE / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as packed:
            for path in sorted(Path(written).iterdir()):
                packed.writestr(zipfile.ZipInfo(path.name, A_DAY), path.read_bytes(), zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    for chosen in sys.argv[2:] or SETS:
        make(Path(sys.argv[1]), chosen)
