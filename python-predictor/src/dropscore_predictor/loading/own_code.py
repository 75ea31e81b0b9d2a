"""A version's own Python package, apart from every other package of that name in the process.

Two versions of a model ship packages of one name, and pickles name that name. So while a version loads or predicts, and
only then, its modules stand in `sys.modules` and its folder is where imports of the name look; what stood there before
is put back afterwards. That holds for imports inside functions too. They go when the model goes.

What else own code sets holds for that version alone: scikit-learn's settings, numpy's for floating-point errors, the
environment, the working folder; filters for warnings last as long as one call. Nothing is promised for a version that
replaces parts of other libraries: it changes them for every model of the process.
"""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from threading import RLock
from types import ModuleType

from .checks import invalid, named
from .process_state import ProcessState

_imports = RLock()
"""One version at a time: `sys.modules` is the process's."""

_RESERVED = {"dropscore", "dropscore_predictor"}


class OwnCode:
    """The package below `folder/code/<package>`.

    Raises:
        JobFailed: There is no such package, or its name is that of an installed one.
    """

    def __init__(self, folder: Path, package: str) -> None:
        self.package = package
        self._parent = str(folder / "code")
        self._modules: dict[str, ModuleType] = {}
        self._state = ProcessState()
        if not (folder / "code" / package / "__init__.py").is_file():
            raise invalid(f"The manifest names the package {package}, and no artifact is code/{package}/__init__.py.")
        if _is_taken(package):
            raise invalid(
                f"The package {named(package)} has the name of an installed one, which it would hide. Rename it."
            )

    @contextmanager
    def active(self) -> Iterator[None]:
        """While it lasts, imports find this version's modules, none writes byte code, and its own settings hold."""
        with _imports:
            if self in sys.meta_path:
                yield
                return
            outer, writes_nothing = self._take_out(), sys.dont_write_bytecode
            sys.modules.update(self._modules)
            sys.meta_path.insert(0, self)
            sys.dont_write_bytecode = True
            try:
                with self._state.active():
                    yield
            finally:
                sys.dont_write_bytecode = writes_nothing
                sys.meta_path.remove(self)
                self._modules = self._take_out()
                sys.modules.update(outer)

    def module(self) -> ModuleType:
        """The package itself, imported; call it while it is active."""
        importlib.invalidate_caches()
        return importlib.import_module(self.package)

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """As an entry of `sys.meta_path`: finds the package; its modules are found below it."""
        return PathFinder.find_spec(name, [self._parent]) if name == self.package else None

    def _take_out(self) -> dict[str, ModuleType]:
        names = [name for name in sys.modules if name == self.package or name.startswith(f"{self.package}.")]
        return {name: sys.modules.pop(name) for name in names}


def _is_taken(package: str) -> bool:
    if package in _RESERVED or package in sys.stdlib_module_names:
        return True
    # Not the working directory: whoever publishes may stand beside the package.
    folders = [folder for folder in sys.path if folder and any(Path(folder).glob("*.dist-info"))]
    return PathFinder.find_spec(package, folders) is not None
