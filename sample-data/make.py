"""Writes dropscore's sample data: models, and tables to score with them.

    python sample-data/make.py OUT_DIR

The same pinned libraries write the same files every time.
"""

import argparse
from pathlib import Path

from feature_files import write_feature_files
from forgetting_curve_model import write_forgetting_curve, write_forgetting_curve_model
from sample_models import write_breast_cancer_model, write_diabetes_model
from sample_tables import write_breast_cancer, write_diabetes, write_spoiled
from virality_model import write_virality, write_virality_model


def main() -> None:
    """Writes everything below the folder that is named on the command line."""
    parser = argparse.ArgumentParser(description="Write dropscore's sample models and tables.")
    parser.add_argument("out", type=Path, metavar="OUT_DIR", help="folder to write to; it is made where needed")
    make(parser.parse_args().out)


def make(folder: Path) -> None:
    """Writes two models as a registry holds them, two as training leaves them, and the tables."""
    for made in ("virality", "forgetting-curve"):
        (folder / made).mkdir(parents=True, exist_ok=True)
    write_breast_cancer_model(folder / "models")
    write_diabetes_model(folder / "models")
    write_virality_model(folder / "virality/bundle.joblib")
    write_forgetting_curve_model(folder / "forgetting-curve/model.joblib")
    write_breast_cancer(folder / "breast_cancer.csv")
    write_feature_files(folder / "joblib")
    write_diabetes(folder / "diabetes.csv")
    write_spoiled(folder / "breast_cancer_50k_spoiled.csv")
    write_virality(folder / "virality.csv", 300)
    write_virality(folder / "virality_20k.csv", 20_000)
    write_forgetting_curve(folder / "forgetting_curve.csv")


if __name__ == "__main__":
    main()
