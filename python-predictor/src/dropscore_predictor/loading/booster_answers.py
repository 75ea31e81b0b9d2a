"""What XGBoost's and LightGBM's numbers say, by the kind of output."""

from ..contracts.types import Output
from .answers import Function, Probabilities, Values, two_classes
from .checks import numbered_classes
from .estimator import Estimator


def estimator_of(values: Function, numbers: int, output: Output) -> Estimator:
    """A booster's numbers as an estimator.

    Args:
        values: The booster's numbers for a frame: of shape (n,) where it gives one a row.
        numbers: How many it gives a row; of two classes it may give one, the probability of the second.
        output: The manifest's output; its classes name the model's, which are numbers from 0.

    Raises:
        JobFailed: The manifest lists another number of classes.
    """
    if output["kind"] not in ("binary", "multiclass"):
        return Values(values)
    if output["kind"] == "binary" and numbers == 1:
        return Probabilities(lambda frame: two_classes(values(frame)), numbered_classes(output, 2))
    return Probabilities(values, numbered_classes(output, numbers))
