"""What the estimator of each kind of output is asked, and the scores that are made of its answer.

| kind | asked for | scores |
|---|---|---|
| regression | `predict`: a number a row | predictions |
| binary, multiclass | `predict_proba`, and `predict` where no threshold decides | predictions, score, probabilities |
| cluster | `predict`, or `predict_with_strength` where the estimator has it | predictions; the strength as score |
| embedding | `predict`: a vector a row | vectors |
| multi | `predict`: a row of outputs a row | outputs |
"""

import pandas as pd

from ..loaded_model import LoadedModel
from ..scores import Scores
from . import classification, cluster, embedding, multi, regression
from .kind import Raw, Rows

_KINDS = {
    "regression": regression.KIND,
    "binary": classification.KIND,
    "multiclass": classification.KIND,
    "cluster": cluster.KIND,
    "embedding": embedding.KIND,
    "multi": multi.KIND,
}


def predicted(model: LoadedModel, batch: pd.DataFrame) -> Raw:
    """Asks the estimator for what its kind of output needs.

    Raises:
        JobFailed: The answer has another shape than the manifest says.
        Exception: Whatever the estimator raises of a row that it refuses.
    """
    return _KINDS[model.manifest["output"]["kind"]].ask(model, batch)


def no_output(model: LoadedModel) -> Raw:
    """What `predicted` would give for no rows; estimators refuse those.

    Raises:
        JobFailed: The manifest does not say how many numbers or outputs there are.
    """
    return _KINDS[model.manifest["output"]["kind"]].nothing(model)


def decoded(model: LoadedModel, rows: Rows, raw: Raw) -> Scores:
    """The scores of these rows, NaN and infinities among them.

    Raises:
        JobFailed: The answer is of another type than the manifest says.
    """
    return _KINDS[model.manifest["output"]["kind"]].decode(model, rows, raw)
