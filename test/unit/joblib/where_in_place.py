"""What the Python twin of `inPlace` says: a head a line on stdin (base64), a matrix or null a line on stdout."""

import base64
import json
import sys

from in_place import in_place

for line in sys.stdin:
    found = in_place(base64.b64decode(line))
    matrix = found and {
        "dtype": found.dtype.str,
        "rows": found.rows,
        "columns": found.columns,
        "offset": found.offset,
    }
    print(json.dumps(matrix))
