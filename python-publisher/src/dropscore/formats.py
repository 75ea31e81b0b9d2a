"""What kind of file a model lies in. The content decides; a suffix only where the content says nothing."""

import zipfile
from pathlib import Path
from typing import Literal

from .refused import Refused

FileKind = Literal["joblib", "skops", "xgboost-json", "xgboost-ubj", "lightgbm", "onnx", "keras", "mlflow", "encoder"]

FORMATS = (
    "Publish a .joblib or .pkl of scikit-learn, a .skops file, XGBoost's .json or .ubj, LightGBM's .txt, an .onnx "
    "file, a .keras or .h5 file, or an MLflow model directory; for anything else ship its loader with --code."
)

_PICKLE = b"\x80"
_COMPRESSED = (b"x", b"\x1f\x8b", b"BZh", b"\x5d\x00\x00", b"\xfd7zXZ", b"\x04\x22\x4d\x18")
"""Of joblib's compressors: zlib, gzip, bz2, lzma, xz, lz4."""
_MARKS: dict[bytes, FileKind] = {
    b"\x89HDF": "keras",
    b"tree\n": "lightgbm",
    _PICKLE: "joblib",
    **dict.fromkeys(_COMPRESSED, "joblib"),
}
_HEAD = 4096


def file_kind(path: Path) -> FileKind:
    """Tells by a few bytes what a file or directory is.

    Raises:
        Refused: It is missing, or nothing that can be published.
    """
    if path.is_dir():
        return _directory_kind(path)
    if not path.is_file():
        raise Refused("model_missing", f"There is no file or directory {path}.", "Give the path of a saved model.")
    with path.open("rb") as file:
        head = file.read(_HEAD)
    kind = _kind_by_content(path, head)
    if kind is None:
        raise Refused("unknown_format", f"{path.name} is no file of a model that dropscore knows.", FORMATS)
    return kind


def _directory_kind(path: Path) -> FileKind:
    if (path / "MLmodel").is_file():
        return "mlflow"
    if (path / "tokenizer.json").is_file():
        return "encoder"
    raise Refused("unknown_format", f"The directory {path.name} holds neither MLmodel nor tokenizer.json.", FORMATS)


def _kind_by_content(path: Path, head: bytes) -> FileKind | None:
    if head.startswith(b"PK"):
        return _archive_kind(path)
    if head.startswith(b"{"):
        return _xgboost_kind(head)
    if head.startswith(b"binf") or (path.suffix in (".model", ".bin") and not head.startswith(_PICKLE)):
        message = f"{path.name} is in XGBoost's old binary form, which newer versions do not read."
        raise Refused("unknown_format", message, "Save it with booster.save_model('model.ubj').")
    if path.suffix == ".onnx":
        # Protocol Buffers have no mark of their own.
        return "onnx"
    return next((kind for mark, kind in _MARKS.items() if head.startswith(mark)), None)


def _xgboost_kind(head: bytes) -> FileKind | None:
    if b"learner" not in head and b"version" not in head:
        return None
    return "xgboost-json" if head[1:].lstrip().startswith(b'"') else "xgboost-ubj"


def _archive_kind(path: Path) -> FileKind | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        message = f"{path.name} begins like a zip archive, and is no whole one."
        raise Refused("unknown_format", message, "Save or copy the model again.") from None
    if "schema.json" in names:
        return "skops"
    if "config.json" in names and any(name.endswith(".h5") for name in names):
        return "keras"
    if any(name.endswith("/data.pkl") for name in names):
        message = f"{path.name} is a file of PyTorch, which no runtime has."
        raise Refused("unknown_format", message, "Export the model with torch.onnx.export, and publish the .onnx file.")
    return None
