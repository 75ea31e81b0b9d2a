"""A publisher's own Python package, as it is shipped with a version."""

import shutil
from pathlib import Path

from dropscore_predictor.contracts.types import Code
from dropscore_predictor.loading.own_code import OwnCode

from .refused import Refused

_MOST_BYTES = 10 * 1024 * 1024
_MOST_FILES = 200


def stage_code(source: Path, folder: Path) -> list[str]:
    """Copies a package below `folder/code/`, without caches and hidden files.

    Returns:
        The paths of its files in the version, in order.

    Raises:
        Refused: It is no package, or larger than code is.
    """
    if not (source / "__init__.py").is_file():
        message = f"{source} is no Python package: it has no __init__.py."
        raise Refused("code_unusable", message, "Give the folder of the package itself: one with an __init__.py.")
    if not source.name.isidentifier() or source.name != source.name.lower():
        message = f"The package is called {source.name}."
        raise Refused("code_unusable", message, "Name it in lower-case letters, digits and '_'.")
    files = sorted(file for file in source.rglob("*") if file.is_file() and not _is_left_out(file.relative_to(source)))
    size = sum(file.stat().st_size for file in files)
    if size > _MOST_BYTES or len(files) > _MOST_FILES:
        message = f"{source.name} has {len(files)} files of {size / 1e6:.1f} MB; {_MOST_FILES} and 10 MB are the most."
        raise Refused("code_unusable", message, "Leave data and notebooks out of it.")
    paths = []
    for file in files:
        path = f"code/{source.name}/{file.relative_to(source).as_posix()}"
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, folder / path)
        paths.append(path)
    return paths


def _is_left_out(path: Path) -> bool:
    return any(part == "__pycache__" or part.startswith(".") for part in path.parts)


def code_entry(folder: Path, package: str) -> Code:
    """What the package is for, by what it defines; it is imported as serving would.

    Raises:
        Refused: It does not import, or has two faces.
    """
    try:
        code = OwnCode(folder, package)
        with code.active():
            module = code.module()
    except (Exception, SystemExit) as error:
        message = f"The package {package} does not import: {type(error).__name__}: {error}"
        remedy = "It may import itself, and the libraries of the runtime; nothing else is there when it serves."
        raise Refused("code_unusable", message, remedy) from error
    defined = [name for name in ("transform", "load", "predict") if callable(getattr(module, name, None))]
    if "transform" not in defined:
        return {"package": package, "entry": "model" if defined else "classes"}
    if len(defined) > 1:
        message = f"The package {package} defines {' and '.join(defined)}: it is open whether it is the model."
        remedy = (
            "Keep transform, which makes the features of the FILE's model, or load and predict, which are the model."
        )
        raise Refused("code_unusable", message, remedy)
    return {"package": package, "entry": "transform"}
