"""Feature batches that `joblib.dump` wrote, decoded without running what is in them.

`decode` gives the columns. `tree` runs the pickle on placeholders, `arrays` reads numbers and texts, and `frames`,
`indexes`, `vectors`, `extensions`, `arrow` and `sparse` know what pandas, Arrow and scipy make of these; what releases
of them would take differently is refused. It needs numpy and the standard library, and of dropscore only `inert` and
`table`.
"""

from ..table import Column, Table, Vector
from .bounds import Bounds
from .decode import decode
from .refusal import Refused

__all__ = ["Bounds", "Column", "Refused", "Table", "Vector", "decode"]
