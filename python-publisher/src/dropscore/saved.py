"""An object of a notebook, saved as the file that is best to publish: formats of its own before pickles."""

from pathlib import Path
from typing import Any

from .refused import Refused


def save(model: Any, folder: Path) -> Path:
    """Writes a model into a folder.

    XGBoost becomes UBJ and LightGBM text: other versions read them, and they hold no code. All else is a pickle.
    A LightGBM classifier whose classes are texts is a pickle too: the text form has only numbers for them.

    Raises:
        Refused: It cannot be saved.
    """
    root = type(model).__module__.partition(".")[0]
    if root == "xgboost" and hasattr(model, "save_model"):
        model.save_model(folder / "model.ubj")
        return folder / "model.ubj"
    if root == "lightgbm" and _has_plain_classes(model):
        booster = getattr(model, "booster_", model)
        booster.save_model(str(folder / "model.txt"))
        return folder / "model.txt"
    if root == "onnx":
        (folder / "model.onnx").write_bytes(model.SerializeToString())
        return folder / "model.onnx"
    if root == "keras":
        model.save(folder / "model.keras")
        return folder / "model.keras"
    return _pickled(model, folder / "model.joblib")


def _has_plain_classes(model: Any) -> bool:
    classes = list(getattr(model, "classes_", []))
    return classes == list(range(len(classes)))


def _pickled(model: Any, file: Path) -> Path:
    import joblib

    try:
        joblib.dump(model, file)
    except Exception as error:
        message = f"This {type(model).__name__} cannot be saved: {type(error).__name__}: {error}"
        remedy = "Functions and classes that the model holds belong in a package: ship it with code=."
        raise Refused("not_saved", message, remedy) from error
    return file
