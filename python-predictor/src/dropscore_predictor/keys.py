"""Every storage key that the predictor builds. The formats are a contract: `core/keys.ts` is the TypeScript twin."""

import hashlib

ROWS_PER_BLOCK = 1000
INFO = "info"
STATE = "state"
CHUNK_PREFIX = "chunk#"


def job_partition(job_id: str) -> str:
    """Partition of the Jobs table that holds one job."""
    return f"job#{job_id}"


def chunk_sort(chunk: int) -> str:
    """Sort key of a chunk's item below its job."""
    return f"{CHUNK_PREFIX}{chunk:07d}"


def score_partition(job_id: str, row: int) -> str:
    """Partition of the Scores table: one takes 1,000 writes a second, so blocks of rows are written in turn."""
    return f"{job_id}#{row // ROWS_PER_BLOCK}"


def record_partition(model: str, record_id: str) -> str:
    """Partition of the by-record index."""
    return f"{model}#{record_id}"


def forgotten_partition(model: str) -> str:
    """Partition of the Jobs table that holds a model's forgotten records."""
    return f"forgotten#{model}"


def forgotten_sort(model: str, record_id: str) -> str:
    """A forgotten record: the id itself is nowhere kept."""
    return hashlib.sha256(record_partition(model, record_id).encode(errors="surrogatepass")).hexdigest()


def record_order(source_time: str, version: int, job_id: str, row: int) -> str:
    """Sort key of the by-record index: by the source's own time, so that late processing does not win."""
    return f"{source_time}#{version:08d}#{job_id}#{row:012d}"


def current_key(model: str) -> str:
    """A model's pointer in the models bucket: which version new jobs use."""
    return f"{model}/current.json"


def manifest_key(model: str, version: int) -> str:
    """A model version's manifest in the models bucket."""
    return f"{model}/{version}/manifest.json"


def artifact_key(model: str, version: int, path: str) -> str:
    """One of a model version's files in the models bucket."""
    return f"{model}/{version}/{path}"


def result_part_key(model: str, job_id: str, chunk: int, is_shadow: bool = False) -> str:
    """A chunk's result file in the results bucket. Those of shadow jobs lie apart."""
    return f"{'shadow' if is_shadow else 'results'}/{model}/{job_id}/part-{chunk:05d}.csv.gz"


def staged_rows_key(job_id: str, chunk: int) -> str:
    """A staged chunk of a joblib source in the work bucket."""
    return f"staged/{job_id}/chunk-{chunk:07d}.npz"


def staged_index_key(job_id: str) -> str:
    """What tells the staged chunks of a joblib source."""
    return f"staged/{job_id}/index.json"
