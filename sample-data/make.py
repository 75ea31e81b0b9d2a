"""Writes dropscore's sample data: two models in the registry's layout, and tables to score with them.

    python sample-data/make.py OUT_DIR

The same pinned libraries write the same files every time.
"""

import argparse
from pathlib import Path

from sample_models import write_breast_cancer_model, write_diabetes_model
from sample_tables import write_breast_cancer, write_diabetes, write_spoiled


def main() -> None:
    """Writes everything below the folder that is named on the command line."""
    parser = argparse.ArgumentParser(description="Write dropscore's sample models and tables.")
    parser.add_argument("out", type=Path, metavar="OUT_DIR", help="folder to write to; it is made where needed")
    make(parser.parse_args().out)


def make(folder: Path) -> None:
    """Writes `models/`, `breast_cancer.csv`, `diabetes.csv` and the spoiled table with what is expected of it."""
    folder.mkdir(parents=True, exist_ok=True)
    write_breast_cancer_model(folder / "models")
    write_diabetes_model(folder / "models")
    write_breast_cancer(folder / "breast_cancer.csv")
    write_diabetes(folder / "diabetes.csv")
    write_spoiled(folder / "breast_cancer_50k_spoiled.csv")


if __name__ == "__main__":
    main()
