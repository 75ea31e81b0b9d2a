"""The files of a version, laid out in a folder as they will lie in the registry."""

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from dropscore_predictor.contracts.types import Code, Encoder
from dropscore_predictor.inert.walk import globals_of

from .formats import FileKind, file_kind
from .keras_to_onnx import convert
from .libraries import modules_of_code, modules_of_skops
from .mlflow_directory import check_pins, read_mlflow
from .own_code import code_entry, stage_code
from .refused import Refused
from .request import Request
from .saved import save
from .sentence_encoder import find_encoder

Format = Literal["joblib", "skops", "xgboost", "lightgbm", "onnx", "code"]

_STAGED_AS: dict[FileKind, tuple[Format, str]] = {
    "joblib": ("joblib", "model.joblib"),
    "skops": ("skops", "model.skops"),
    "xgboost-json": ("xgboost", "model.json"),
    "xgboost-ubj": ("xgboost", "model.ubj"),
    "lightgbm": ("lightgbm", "model.txt"),
    "onnx": ("onnx", "model.onnx"),
    "encoder": ("onnx", "model.onnx"),
    "keras": ("onnx", "model.onnx"),
}
_MODULES: dict[Format, set[str]] = {
    "xgboost": {"xgboost"},
    "lightgbm": {"lightgbm"},
    "onnx": {"onnxruntime"},
    "skops": {"skops"},
}


@dataclass
class Staged:
    """A version's files, and what they themselves say."""

    folder: Path
    format: Format
    paths: list[str]
    """The first is the model."""
    origin: str
    """What was found, in words."""
    modules: set[str] = field(default_factory=set)
    """Those whose versions decide what the model computes."""
    types: dict[str, str] = field(default_factory=dict)
    """Of features, where a signature says them; in its order."""
    code: Code | None = None
    encoder: Encoder | None = None


def stage(model: Any, folder: Path, request: Request) -> Staged:
    """Lays out the files of a model that is an object, a file or a directory.

    Raises:
        Refused: It is of no known format, or lacks what it needs.
    """
    if model is None:
        raise Refused("model_missing", "The model is None.", "Give a fitted model, or the path of a saved one.")
    code_paths = stage_code(request.code, folder) if request.code else []
    code = code_entry(folder, request.code.name) if request.code else None
    if code is not None and code["entry"] == "model":
        staged = _stage_for_code(model, folder)
    elif isinstance(model, str | Path):
        staged = _stage_file(Path(model), folder)
    else:
        (folder / "saved").mkdir()
        staged = _stage_file(save(model, folder / "saved"), folder)
        staged.origin = f"saved as {staged.paths[0]}"
    staged.code = code
    staged.paths += code_paths
    staged.modules |= modules_of_code(folder / path for path in code_paths if path.endswith(".py"))
    return staged


def _stage_for_code(model: Any, folder: Path) -> Staged:
    """What a package's own load() reads: a file, or all of a folder, under their own names."""
    if not isinstance(model, str | Path) or not Path(model).exists():
        message = "A package with load() or predict() comes with the file that it reads, and there is none."
        raise Refused("model_missing", message, "Give the path of the file or folder that load(folder) reads.")
    source = Path(model)
    files = sorted(file for file in source.rglob("*") if file.is_file()) if source.is_dir() else [source]
    root = source if source.is_dir() else source.parent
    paths = [file.relative_to(root).as_posix() for file in files]
    if odd := [path for path in paths if not re.fullmatch(r"[A-Za-z0-9._/-]{1,256}", path) or ".." in path]:
        message = f"The name {odd[0]} cannot be stored."
        raise Refused("usage", message, "Use letters, digits, '.', '_' and '-'.")
    for file, path in zip(files, paths, strict=True):
        _copy(file, folder / path)
    return Staged(folder, "code", paths, f"reads {source.name}")


def _stage_file(path: Path, folder: Path) -> Staged:
    kind = file_kind(path)
    if kind == "mlflow":
        return _stage_mlflow(path, folder)
    found = find_encoder(path) if kind in ("onnx", "encoder") else None
    staged_as, name = _STAGED_AS[kind]
    paths = [name]
    if kind == "keras":
        convert(path, folder / name)
    else:
        _copy(found.graph if found else path, folder / name)
    if found:
        _copy(found.tokenizer, folder / "tokenizer.json")
        paths.append("tokenizer.json")
    return Staged(
        folder=folder,
        format=staged_as,
        paths=paths,
        origin=f"converted from {path.name}" if kind == "keras" else f"from {path.name}",
        modules=_MODULES.get(staged_as, set())
        | _modules_in(staged_as, folder / name)
        | ({"tokenizers"} if found else set()),
        encoder=found.encoder if found else None,
    )


def _stage_mlflow(directory: Path, folder: Path) -> Staged:
    described = read_mlflow(directory)
    staged = _stage_file(described.file, folder)
    if staged.format in ("joblib", "skops"):
        check_pins(described)
    staged.origin = f"from an MLflow directory ({described.flavor})"
    staged.types = described.types
    return staged


def _modules_in(staged_as: Format, file: Path) -> set[str]:
    """The modules that a pickle or a skops file names; what refuses to be walked is refused when it is loaded."""
    if staged_as not in ("joblib", "skops"):
        return set()
    try:
        if staged_as == "skops":
            return modules_of_skops(file)
        named = globals_of(file).named
    except Exception:  # noqa: BLE001 - the loader walks it again, and says what is wrong
        return set()
    return {name.partition(":")[0] for name in named} | {"numpy"}


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
