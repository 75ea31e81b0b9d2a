"""The breast cancer table as data scientists save features: with joblib.dump."""

from pathlib import Path

import joblib
import numpy as np
import pandas as pd

from sample_tables import ID_COLUMN, breast_cancer, breast_cancer_ids


def write_feature_files(folder: Path) -> None:
    """The 569 rows as a frame whose index holds the ids, as a bare array, and as a compressed frame."""
    folder.mkdir(parents=True, exist_ok=True)
    frame: pd.DataFrame = breast_cancer().data
    frame.index = pd.Index(breast_cancer_ids(), name=ID_COLUMN)
    joblib.dump(frame, folder / "test_features.joblib")
    joblib.dump(np.ascontiguousarray(frame.to_numpy()), folder / "test_features_array.joblib")
    joblib.dump(frame.reset_index(), folder / "test_features_compressed.joblib", compress=("zlib", 3))
