"""An MLflow model directory: the file in it, the signature, and the versions that it was trained with.

MLflow itself is not needed. `MLmodel` is YAML; a column-based signature is JSON in it; `requirements.txt` holds pins.
"""

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dropscore_predictor.versions import installed_version

from .refused import Refused

_FILES = {
    "sklearn": ("pickled_model",),
    "xgboost": ("data",),
    "lightgbm": ("data",),
    "onnx": ("data",),
    "keras": ("data",),
    "tensorflow": ("data",),
}
"""Flavors that hold a file of a known format, and the entry that names it."""

_TYPES = {
    "double": "float",
    "float": "float",
    "long": "float",
    "integer": "float",
    "boolean": "boolean",
    "string": "string",
}
"""MLflow's types of columns. Whole numbers are nullable floats here, as everywhere: MLflow warns of the same."""

_PIN = re.compile(r"^([A-Za-z0-9._-]+)\s*==\s*([^\s;#]+)")
_DECISIVE = {"scikit-learn", "xgboost", "xgboost-cpu", "lightgbm", "hdbscan"}


@dataclass(frozen=True)
class MlflowModel:
    """What a directory says."""

    flavor: str
    file: Path
    types: dict[str, str] = field(default_factory=dict)
    """Features by name, in the signature's order; empty without a signature."""
    pins: dict[str, str] = field(default_factory=dict)


def read_mlflow(directory: Path) -> MlflowModel:
    """Reads `MLmodel` and what it names.

    Raises:
        Refused: It holds a flavor that is no file of a known format, or PyYAML is not installed.
    """
    described = _described(directory / "MLmodel")
    flavors: dict[str, Any] = described.get("flavors", {})
    for flavor, entries in _FILES.items():
        name = next((flavors[flavor][entry] for entry in entries if entry in flavors.get(flavor, {})), None)
        if name is not None:
            file = _model_file(directory / name)
            return MlflowModel(flavor, file, _types(described.get("signature")), _pins(directory))
    message = f"The MLflow model {directory.name} has the flavors {', '.join(flavors)}; none of them is known here."
    remedy = f"Log it with one of {', '.join(_FILES)}; of a Python function, ship its code with --code."
    raise Refused("unknown_format", message, remedy)


def _described(file: Path) -> Any:
    try:
        import yaml
    except ModuleNotFoundError:
        message = "An MLflow directory is read with PyYAML, which this Python lacks."
        raise Refused("libraries_missing", message, f"{sys.executable} -m pip install pyyaml") from None
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def _model_file(path: Path) -> Path:
    """Keras and TensorFlow name a folder, with the file in it."""
    if path.is_file():
        return path
    for pattern in ("model.keras", "*.keras", "*.h5", "model.*"):
        if found := sorted(path.glob(pattern)):
            return found[0]
    raise Refused("model_missing", f"MLmodel names {path.name}, and there is no such file.", "Log the model again.")


def _types(signature: Any) -> dict[str, str]:
    columns = json.loads(signature["inputs"]) if signature and signature.get("inputs") else []
    return {
        column["name"]: _TYPES[column["type"]]
        for column in columns
        if "name" in column and column.get("type") in _TYPES
    }


def _pins(directory: Path) -> dict[str, str]:
    file = directory / "requirements.txt"
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return {found[1].lower(): found[2] for line in lines if (found := _PIN.match(line))}


def check_pins(model: MlflowModel) -> None:
    """Holds the versions that the model was trained with against those that are installed.

    Raises:
        Refused: The library of a pickled model has another version here.
    """
    for library in sorted(_DECISIVE & set(model.pins)):
        trained = model.pins[library]
        twin = library.removesuffix("-cpu")
        here = installed_version(library) or installed_version(twin) or installed_version(f"{twin}-cpu")
        if here != trained:
            found = f"has {here}" if here else "lacks it"
            message = f"The model was trained with {library} {trained} (requirements.txt); this Python {found}."
            remedy = f"Publish with a Python that has it: pip install '{library}=={trained}'."
            raise Refused("versions_differ", message, remedy)
