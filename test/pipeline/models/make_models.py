"""Writes the matrix of formats and outputs that the pipeline test publishes, drops and compares.

    python test/pipeline/models/make_models.py OUT_DIR [GROUP…]

For each case of the groups (all, unless some are named): the model, `sample.csv` to publish it with, `drop.csv` to
score, and `expected.json`: what the library itself makes of the latter. `cases.json` lists them.
"""

import json
import sys
import warnings
from importlib import import_module
from pathlib import Path

from case import write

GROUPS = ("sklearn", "booster", "onnx", "code", "mlflow", "sample")


def main(out: Path, groups: list[str]) -> None:
    """Writes the cases of `<group>_cases.py` into a folder, which must not hold them yet."""
    warnings.simplefilter("ignore")
    modules = [import_module(f"{group}_cases") for group in groups]
    index = [write(case, out) for module in modules for case in module.cases()]
    (out / "cases.json").write_text(json.dumps(index), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or list(GROUPS))
