"""Feature batches that `joblib.dump` wrote, decoded without running what is in them.

`decode` gives the columns; `in_place` tells where an array's rows lie, so that nobody has to decode it. `tree` runs
the pickle on placeholders, `arrays` reads numbers and texts, and `frames`, `vectors`, `arrow` and `sparse` know what
pandas, Arrow and scipy make of these. It needs numpy and the standard library, and of dropscore only `inert`.
"""

from .bounds import Bounds
from .decode import decode
from .in_place import InPlace, in_place
from .refusal import Refused
from .table import Column, Table, Vector

__all__ = ["Bounds", "Column", "InPlace", "Refused", "Table", "Vector", "decode", "in_place"]
