# Generated from contracts/*.schema.json by `npm run contracts`. Do not edit.

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias, TypedDict


class Change(TypedDict):
    before: NotRequired[str]
    after: NotRequired[str]
    rows: int


class ChangeMatrix(TypedDict):
    changed: int
    cells: list[Change]


class Renews(TypedDict):
    jobId: str


WhereItem: TypeAlias = str


class LastError(TypedDict):
    error: str
    where: list[WhereItem]
    at: str
    receives: NotRequired[int]


class ChunkUsage(TypedDict):
    rowWriteUnits: float
    indexWriteUnits: float
    readUnits: float
    s3Puts: int
    s3Gets: int
    memoryMiB: int


class ComparisonFigures(TypedDict):
    jobId: str
    rowsInCommon: int
    rowsUnavailable: NotRequired[int]
    meanDifference: NotRequired[float]
    psi: NotRequired[float]
    tierChangedShare: NotRequired[float]


class Moved(TypedDict):
    row: int
    before: float
    after: float


HistoryItem: TypeAlias = int


class CurrentPointer(TypedDict):
    version: int
    history: NotRequired[list[HistoryItem]]
    promotedAt: NotRequired[str]


class Dialect(TypedDict):
    delimiter: Literal[',', '\t', ';', '|']
    decimal: Literal['.', ',']


class Quantiles(TypedDict):
    p1: float
    p5: float
    p25: float
    p50: float
    p75: float
    p95: float
    p99: float


class ErrorCount(TypedDict):
    code: str
    column: NotRequired[str]
    rows: int
    line: NotRequired[int]


class Contribution(TypedDict):
    feature: str
    value: NotRequired[float | str | bool | None]
    contribution: float


class Explanation(TypedDict):
    of: str
    unit: Literal['log-odds', 'prediction', 'log', 'margin']
    base: float
    output: float
    contributions: list[Contribution]


BeforeItem: TypeAlias = int


AfterItem: TypeAlias = int


class Histograms(TypedDict):
    edges: list[float]
    before: list[BeforeItem]
    after: list[AfterItem]


class RequestedSource(TypedDict):
    bucket: str
    key: str
    versionId: NotRequired[str]
    eventTime: NotRequired[str]


class StartMessage(TypedDict):
    type: Literal['start']
    source: RequestedSource
    model: NotRequired[str]
    version: NotRequired[int]
    toleratedErrors: NotRequired[float]
    requestedBy: str
    runId: NotRequired[str]
    renews: NotRequired[str]
    shadowOf: NotRequired[int]


class ContinueMessage(TypedDict):
    type: Literal['continue']
    jobId: str


class RetryMessage(TypedDict):
    type: Literal['retry']
    jobId: str
    attempt: int


class CancelMessage(TypedDict):
    type: Literal['cancel']
    jobId: str
    attempt: int


class ApproveMessage(TypedDict):
    type: Literal['approve']
    jobId: str
    attempt: int


class Checkpoint(TypedDict):
    byte: int
    row: int
    line: int
    chunk: int


class Hold(TypedDict):
    rows: int
    limit: int
    rowsTotal: NotRequired[int]
    since: str
    untold: NotRequired[Literal[True]]


Note: TypeAlias = str


class FirstRecord(TypedDict):
    byte: int
    line: int


class JobSettings(TypedDict):
    chunkRows: int
    chunkBytes: int
    maxRecordBytes: int
    output: Literal['rows', 'files', 'both']
    expiresAt: NotRequired[int]
    toleratedErrors: NotRequired[float]
    maxRowsPerJob: NotRequired[int]


class JobsComparisonFigures(TypedDict):
    jobs: int
    rowsInCommon: int
    rowsUnavailable: NotRequired[int]
    meanDifference: NotRequired[float]
    psi: NotRequired[float]
    tierChangedShare: NotRequired[float]


class MovedInJob(TypedDict):
    jobId: str
    row: int
    before: float
    after: float


class ShiftedJob(TypedDict):
    jobId: str
    figures: ComparisonFigures


class Matrix(TypedDict):
    dtype: str
    rows: int
    columns: int
    offset: int


class Artifact(TypedDict):
    path: str
    sha256: str
    bytes: int


Model: TypeAlias = str


Weight: TypeAlias = float


ScaledItem: TypeAlias = str


class Parts(TypedDict):
    models: list[Model]
    weights: NotRequired[list[Weight]]
    stacker: NotRequired[str]
    scaler: NotRequired[str]
    scaled: NotRequired[list[ScaledItem]]
    encoders: NotRequired[str]


class Code(TypedDict):
    package: str
    entry: Literal['model', 'transform', 'classes']


class Encoder(TypedDict):
    pooling: Literal['none', 'mean', 'cls']
    normalize: bool
    maxTokens: int


TrustedItem: TypeAlias = str


Category: TypeAlias = str


class Feature(TypedDict):
    name: str
    type: Literal['float', 'integer', 'boolean', 'string', 'category']
    nullable: NotRequired[bool]
    categories: NotRequired[list[Category]]


PassthroughItem: TypeAlias = str


Class: TypeAlias = str | float | bool


Tier = TypedDict(
    'Tier',
    {
        'name': str,
        'from': float,
    },
)


Name: TypeAlias = str


class Output(TypedDict):
    kind: Literal['regression', 'binary', 'multiclass', 'cluster', 'embedding', 'multi']
    classes: NotRequired[list[Class]]
    labels: NotRequired[dict[str, str]]
    positiveClass: NotRequired[str | float | bool]
    threshold: NotRequired[float]
    histogramEdges: NotRequired[list[float]]
    tiers: NotRequired[list[Tier]]
    names: NotRequired[list[Name]]
    dimension: NotRequired[int]


RowItem: TypeAlias = float | str | bool | None


Row: TypeAlias = list[RowItem]


Output1: TypeAlias = float | str | bool


class GoldenOutput(TypedDict):
    prediction: NotRequired[float | str | bool]
    score: NotRequired[float]
    probabilities: NotRequired[list[float]]
    outputs: NotRequired[list[Output1]]
    vector: NotRequired[list[float]]


class Golden(TypedDict):
    rows: list[Row]
    outputs: list[GoldenOutput]
    tolerance: float


class ModelManifest(TypedDict):
    name: str
    version: int
    runtime: str
    format: Literal['joblib', 'skops', 'xgboost', 'lightgbm', 'onnx', 'code']
    artifacts: list[Artifact]
    parts: NotRequired[Parts]
    code: NotRequired[Code]
    encoder: NotRequired[Encoder]
    trusted: NotRequired[list[TrustedItem]]
    libraries: dict[str, str]
    python: str
    features: list[Feature]
    idColumn: NotRequired[str]
    passthrough: NotRequired[list[PassthroughItem]]
    dialect: NotRequired[Dialect]
    output: Output
    golden: NotRequired[Golden]
    chunkRows: NotRequired[int]
    toleratedErrors: NotRequired[float]
    publishedAt: str


class ObjectVersion(TypedDict):
    bucket: str
    key: str
    versionId: str


class PinnedModel(TypedDict):
    name: str
    version: int
    manifestSha256: str
    runtime: str


UnknownField: TypeAlias = str


class PredictRequest(TypedDict):
    predict: PinnedModel
    records: list[dict[str, float | str | bool | None]]
    explain: NotRequired[bool]


class Reason(TypedDict):
    code: Literal['model_missing', 'model_invalid', 'model_changed', 'model_refused_to_load', 'versions_differ', 'golden_rows_differ', 'untrusted_global', 'no_room_for_model', 'artifact_corrupt', 'unknown_runtime', 'source_missing', 'foreign_bucket', 'unsupported_format', 'not_text', 'wrong_encoding', 'columns_missing', 'columns_duplicated', 'header_mismatch', 'unterminated_quote', 'record_too_long', 'ambiguous_record', 'record_count_mismatch', 'column_count_mismatch', 'joblib_refused', 'gzip_corrupt', 'gzip_too_large', 'intake_failed', 'unpack_failed', 'chunk_failed', 'all_chunks_failed', 'too_many_errors', 'not_explainable', 'rescore_failed', 'summary_failed', 'overlap', 'cancelled']
    message: str


class RescoreEvent(TypedDict):
    eventId: str
    runId: str
    modelName: str
    version: NotRequired[int]
    requestedBy: str
    status: Literal['completed', 'completed_with_failures', 'failed', 'cancelled', 'skipped']
    reason: NotRequired[Reason]
    found: int
    sent: int
    alreadyScored: int
    deleted: int
    superseded: int
    unscored: int
    gone: int
    jobsCompleted: int
    jobsFailed: int
    createdAt: str
    endedAt: str
    comparison: NotRequired[JobsComparisonFigures]


class ContinueRescoreMessage(TypedDict):
    type: Literal['continue']
    runId: str


class CancelRescoreMessage(TypedDict):
    type: Literal['cancel']
    runId: str


class RescoreRequest(TypedDict):
    modelName: str
    version: NotRequired[int]
    scope: Literal['changed', 'all']
    sources: Literal['newest', 'all']
    prefix: NotRequired[str]
    since: NotRequired[str]
    maxAgeDays: NotRequired[int]
    onOverlap: Literal['skip', 'queue']
    requestedBy: str
    schedule: NotRequired[str]


class RescoreRun(TypedDict):
    runId: str
    modelName: str
    request: RescoreRequest
    status: Literal['waiting', 'running', 'summarising', 'completed', 'completed_with_failures', 'failed', 'cancelled', 'skipped']
    reason: NotRequired[Reason]
    version: NotRequired[int]
    since: NotRequired[str]
    listed: bool
    checkpoint: NotRequired[str]
    found: int
    sent: int
    alreadyScored: int
    deleted: int
    superseded: int
    unscored: int
    gone: int
    jobsCompleted: int
    jobsFailed: int
    goneSources: list[ObjectVersion]
    createdAt: str
    progressAt: str
    endedAt: NotRequired[str]
    comparison: NotRequired[JobsComparisonFigures]
    untold: NotRequired[Literal[True]]


class RowError(TypedDict):
    code: Literal['too_few_fields', 'too_many_fields', 'not_a_number', 'not_an_integer', 'not_a_boolean', 'unknown_category', 'missing_value', 'invalid_utf8', 'nul_character', 'missing_id', 'id_too_long', 'refused_by_model', 'non_finite_output', 'item_too_large', 'forgotten']
    message: str
    column: NotRequired[str]
    line: NotRequired[int]


class Score(TypedDict):
    jobId: str
    row: int
    line: NotRequired[int]
    recordId: NotRequired[str]
    prediction: NotRequired[float | str | bool]
    score: NotRequired[float | str]
    tier: NotRequired[str]
    probabilities: NotRequired[dict[str, float | str]]
    outputs: NotRequired[dict[str, float | str | bool]]
    vector: NotRequired[list[float]]
    passthrough: NotRequired[dict[str, str]]
    model: str
    version: int
    sourceTime: str
    expiresAt: NotRequired[int]
    error: NotRequired[RowError]


class ShadowPointer(TypedDict):
    version: NotRequired[int]
    setAt: str


Bin: TypeAlias = int


Count: TypeAlias = int


class SketchBins(TypedDict):
    bins: list[Bin]
    counts: list[Count]


class Sketch(TypedDict):
    zeros: int
    negative: NotRequired[SketchBins]
    positive: NotRequired[SketchBins]


Column: TypeAlias = str | None


class StagedRowIndex(TypedDict):
    name: str | None


class StagedChunk(TypedDict):
    versionId: str
    bytes: int
    rowCount: int


class StagedIndex(TypedDict):
    rows: int
    columns: list[Column]
    index: NotRequired[StagedRowIndex]
    chunks: list[StagedChunk]


class Histogram(TypedDict):
    edges: list[float]
    counts: list[Count]


class TopItem(TypedDict):
    row: int
    value: float


class Vectors(TypedDict):
    count: int
    dimension: int


class Statistics(TypedDict):
    count: int
    mean: NotRequired[float]
    m2: NotRequired[float]
    min: NotRequired[float]
    max: NotRequired[float]
    histogram: NotRequired[Histogram]
    labels: NotRequired[dict[str, int]]
    tiers: NotRequired[dict[str, int]]
    top: NotRequired[list[TopItem]]
    vectors: NotRequired[Vectors]


class Unavailable(TypedDict):
    code: Literal['no_such_job', 'not_ended', 'other_source', 'scores_gone', 'scores_unreadable']
    rows: int


Column1: TypeAlias = str


class UnpackMessage(TypedDict):
    type: Literal['unpack']
    jobId: str
    source: ObjectVersion
    sourceBytes: int
    chunkRows: int
    chunkBytes: int
    columns: NotRequired[list[Column1]]


class Usage(TypedDict):
    rowWriteUnits: float
    indexWriteUnits: float
    ledgerWriteUnits: float
    readUnits: float
    s3Puts: int
    s3Gets: int
    sqsRequests: float
    lambdaRequests: int
    lambdaGbSeconds: float
    events: int


class CheckAnswer(TypedDict):
    ok: bool
    runtime: str
    goldenRows: NotRequired[int]
    ms: NotRequired[int]
    reason: NotRequired[Reason]


class CheckRequest(TypedDict):
    check: PinnedModel


class ChunkReference(TypedDict):
    object: ObjectVersion
    byteStart: int
    byteEnd: int
    firstRow: int
    firstLine: NotRequired[int]
    rowCount: int


class Difference(TypedDict):
    count: int
    mean: NotRequired[float]
    m2: NotRequired[float]
    min: NotRequired[float]
    max: NotRequired[float]
    sketch: Sketch
    quantiles: NotRequired[Quantiles]


class HeaderRange(TypedDict):
    object: ObjectVersion
    byteStart: int
    byteEnd: int


class HoldEvent(TypedDict):
    eventId: str
    jobId: str
    modelName: str
    model: NotRequired[PinnedModel]
    source: ObjectVersion
    rows: int
    limit: int
    rowsTotal: NotRequired[int]
    since: str


class StagedMessage(TypedDict):
    type: Literal['staged']
    jobId: str
    index: ObjectVersion


IntakeMessage: TypeAlias = StartMessage | ContinueMessage | StagedMessage | RetryMessage | CancelMessage | ApproveMessage


class JobEvent(TypedDict):
    eventId: str
    jobId: str
    attempt: int
    status: Literal['completed', 'completed_with_errors', 'failed', 'cancelled']
    reason: NotRequired[Reason]
    modelName: str
    model: NotRequired[PinnedModel]
    source: ObjectVersion
    rowsTotal: NotRequired[int]
    rowsScored: int
    rowsFailed: int
    chunksFailed: int
    results: NotRequired[str]
    comparison: NotRequired[ComparisonFigures]
    shadowOf: NotRequired[int]


class JobState(TypedDict):
    jobId: str
    status: Literal['running', 'completed', 'completed_with_errors', 'failed', 'cancelled']
    reason: NotRequired[Reason]
    attempt: int
    reopening: NotRequired[Literal[True]]
    splitDone: bool
    rowsTotal: NotRequired[int]
    chunksTotal: NotRequired[int]
    remaining: int
    chunksFailed: int
    rowsScored: int
    rowsFailed: int
    toleratedErrors: NotRequired[float]
    checkpoint: Checkpoint
    held: NotRequired[Hold]
    approvedBeyond: NotRequired[int]
    notes: NotRequired[list[Note]]
    progressAt: str
    endedAt: NotRequired[str]
    comparison: NotRequired[ComparisonFigures]


class FailedChunk(TypedDict):
    chunk: int
    firstRow: int
    rowCount: int
    reason: Reason


class Job(TypedDict):
    jobId: str
    modelName: str
    model: NotRequired[PinnedModel]
    source: ObjectVersion
    sourceTime: str
    sourceBytes: int
    format: NotRequired[Literal['csv', 'csv.gz', 'matrix', 'joblib']]
    dialect: NotRequired[Dialect]
    header: NotRequired[HeaderRange]
    matrix: NotRequired[Matrix]
    firstRecord: NotRequired[FirstRecord]
    createdAt: str
    requestedBy: str
    runId: NotRequired[str]
    renews: NotRequired[str]
    shadow: NotRequired[int]
    shadowOf: NotRequired[int]
    settings: JobSettings
    notes: list[Note]


class JobsComparison(TypedDict):
    jobs: int
    otherBins: NotRequired[int]
    rowsInCommon: int
    rowsOnlyBefore: int
    rowsOnlyAfter: int
    unavailable: NotRequired[list[Unavailable]]
    difference: NotRequired[Difference]
    histograms: NotRequired[Histograms]
    psi: NotRequired[float]
    tiers: NotRequired[ChangeMatrix]
    labels: NotRequired[ChangeMatrix]
    moved: NotRequired[list[MovedInJob]]
    shifted: NotRequired[list[ShiftedJob]]


class LocatedRowError(TypedDict):
    row: int
    error: RowError


class Prediction(TypedDict):
    model: str
    version: int
    recordId: NotRequired[str]
    prediction: NotRequired[float | str | bool]
    score: NotRequired[float]
    tier: NotRequired[str]
    probabilities: NotRequired[dict[str, float]]
    outputs: NotRequired[dict[str, float | str | bool]]
    vector: NotRequired[list[float]]
    explanation: NotRequired[Explanation]
    error: NotRequired[RowError]


class BeginRescoreMessage(TypedDict):
    type: Literal['begin']
    runId: str
    request: RescoreRequest


RescoreMessage: TypeAlias = BeginRescoreMessage | ContinueRescoreMessage | CancelRescoreMessage


class RunSummary(TypedDict):
    runId: str
    checkpoint: NotRequired[str]
    uncompared: int
    comparison: JobsComparison


class ChunkMessage(TypedDict):
    jobId: str
    chunk: int
    attempt: int
    source: ObjectVersion
    format: Literal['csv', 'matrix', 'staged']
    reference: ChunkReference
    header: NotRequired[HeaderRange]
    dialect: NotRequired[Dialect]
    matrix: NotRequired[Matrix]
    model: PinnedModel
    output: Literal['rows', 'files', 'both']
    sourceTime: str
    expiresAt: NotRequired[int]
    renews: NotRequired[Renews]
    shadowOf: NotRequired[int]


class Comparison(TypedDict):
    jobId: str
    rowsInCommon: int
    rowsOnlyBefore: int
    rowsOnlyAfter: int
    unavailable: NotRequired[list[Unavailable]]
    difference: NotRequired[Difference]
    histograms: NotRequired[Histograms]
    psi: NotRequired[float]
    tiers: NotRequired[ChangeMatrix]
    labels: NotRequired[ChangeMatrix]
    moved: NotRequired[list[Moved]]


class ExplainRequest(TypedDict):
    explain: ChunkMessage
    row: int


class JobSummary(TypedDict):
    jobId: str
    attempt: int
    status: Literal['completed', 'completed_with_errors', 'failed']
    reason: NotRequired[Reason]
    modelName: str
    model: NotRequired[PinnedModel]
    source: ObjectVersion
    rowsTotal: int
    rowsScored: int
    rowsFailed: int
    chunksTotal: int
    chunksFailed: int
    failedChunks: list[FailedChunk]
    errorCounts: list[ErrorCount]
    firstErrors: NotRequired[list[LocatedRowError]]
    statistics: Statistics
    comparison: NotRequired[Comparison]
    usage: NotRequired[Usage]
    rowsNotIndexed: int
    results: NotRequired[str]
    notes: list[Note]


class PredictAnswer(TypedDict):
    ok: bool
    runtime: str
    predictions: NotRequired[list[Prediction]]
    unknownFields: NotRequired[list[UnknownField]]
    inputs: NotRequired[dict[str, float | str | bool | None]]
    reason: NotRequired[Reason]
    ms: NotRequired[int]


class Chunk(TypedDict):
    jobId: str
    chunk: int
    status: Literal['open', 'done', 'failed']
    attempt: int
    reference: ChunkReference
    rowsScored: NotRequired[int]
    rowsFailed: NotRequired[int]
    rowsNotIndexed: NotRequired[int]
    errorCounts: NotRequired[list[ErrorCount]]
    firstErrors: NotRequired[list[LocatedRowError]]
    statistics: NotRequired[Statistics]
    comparison: NotRequired[Comparison]
    reason: NotRequired[Reason]
    lastError: NotRequired[LastError]
    ms: NotRequired[int]
    usage: NotRequired[ChunkUsage]


Contracts = TypedDict(
    'Contracts',
    {
        'change-matrix': NotRequired[ChangeMatrix],
        'check-answer': NotRequired[CheckAnswer],
        'check-request': NotRequired[CheckRequest],
        'chunk-message': NotRequired[ChunkMessage],
        'chunk-reference': NotRequired[ChunkReference],
        'chunk': NotRequired[Chunk],
        'comparison-figures': NotRequired[ComparisonFigures],
        'comparison': NotRequired[Comparison],
        'current-pointer': NotRequired[CurrentPointer],
        'dialect': NotRequired[Dialect],
        'difference': NotRequired[Difference],
        'error-count': NotRequired[ErrorCount],
        'explain-request': NotRequired[ExplainRequest],
        'explanation': NotRequired[Explanation],
        'header-range': NotRequired[HeaderRange],
        'histograms': NotRequired[Histograms],
        'hold-event': NotRequired[HoldEvent],
        'intake-message': NotRequired[IntakeMessage],
        'job-event': NotRequired[JobEvent],
        'job-state': NotRequired[JobState],
        'job-summary': NotRequired[JobSummary],
        'job': NotRequired[Job],
        'jobs-comparison-figures': NotRequired[JobsComparisonFigures],
        'jobs-comparison': NotRequired[JobsComparison],
        'located-row-error': NotRequired[LocatedRowError],
        'matrix': NotRequired[Matrix],
        'model-manifest': NotRequired[ModelManifest],
        'object-version': NotRequired[ObjectVersion],
        'pinned-model': NotRequired[PinnedModel],
        'predict-answer': NotRequired[PredictAnswer],
        'predict-request': NotRequired[PredictRequest],
        'prediction': NotRequired[Prediction],
        'reason': NotRequired[Reason],
        'rescore-event': NotRequired[RescoreEvent],
        'rescore-message': NotRequired[RescoreMessage],
        'rescore-request': NotRequired[RescoreRequest],
        'rescore-run': NotRequired[RescoreRun],
        'row-error': NotRequired[RowError],
        'run-summary': NotRequired[RunSummary],
        'score': NotRequired[Score],
        'shadow-pointer': NotRequired[ShadowPointer],
        'sketch-bins': NotRequired[SketchBins],
        'sketch': NotRequired[Sketch],
        'staged-index': NotRequired[StagedIndex],
        'statistics': NotRequired[Statistics],
        'unavailable': NotRequired[Unavailable],
        'unpack-message': NotRequired[UnpackMessage],
        'usage': NotRequired[Usage],
    },
)
