// Generated from contracts/*.schema.json by `npm run contracts`. Do not edit.

/**
 * Asks a predictor to score one chunk. It is complete: a predictor reads the ledger only to learn whether the work is still wanted.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "chunk-message".
 */
export type ChunkMessage = ChunkMessage1;
/**
 * What the intake queue carries beside raw S3 events: the one door to a job.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "intake-message".
 */
export type IntakeMessage =
  StartMessage | ContinueMessage | StagedMessage | RetryMessage | CancelMessage | ApproveMessage;
/**
 * What the rescore queue carries beside raw S3 events of models' pointers.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "rescore-message".
 */
export type RescoreMessage = BeginRescoreMessage | ContinueRescoreMessage | CancelRescoreMessage;

export interface Contracts {}
/**
 * How rows in common read before and after: tiers, or labels.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "change-matrix".
 */
export interface ChangeMatrix {
  /**
   * Rows that read otherwise after than before.
   */
  changed: number;
  /**
   * The most frequent first. A side that is absent had none.
   *
   * @maxItems 500
   */
  cells: Change[];
}
export interface Change {
  before?: string;
  after?: string;
  rows: number;
}
/**
 * What came of a check: the golden rows that agree, or the reason for which a job with this version would fail.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "check-answer".
 */
export interface CheckAnswer {
  ok: boolean;
  runtime: string;
  goldenRows?: number;
  /**
   * To load and check; next to nothing where the process has the model already.
   */
  ms?: number;
  reason?: Reason;
}
/**
 * Why a job or a chunk ended badly: a code for programs, a sentence with the remedy for people.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "reason".
 */
export interface Reason {
  code:
    | 'model_missing'
    | 'model_invalid'
    | 'model_changed'
    | 'model_refused_to_load'
    | 'versions_differ'
    | 'golden_rows_differ'
    | 'untrusted_global'
    | 'no_room_for_model'
    | 'artifact_corrupt'
    | 'unknown_runtime'
    | 'source_missing'
    | 'foreign_bucket'
    | 'unsupported_format'
    | 'not_text'
    | 'wrong_encoding'
    | 'columns_missing'
    | 'columns_duplicated'
    | 'header_mismatch'
    | 'unterminated_quote'
    | 'record_too_long'
    | 'ambiguous_record'
    | 'record_count_mismatch'
    | 'column_count_mismatch'
    | 'joblib_refused'
    | 'gzip_corrupt'
    | 'gzip_too_large'
    | 'intake_failed'
    | 'unpack_failed'
    | 'chunk_failed'
    | 'all_chunks_failed'
    | 'too_many_errors'
    | 'not_explainable'
    | 'rescore_failed'
    | 'summary_failed'
    | 'overlap'
    | 'cancelled';
  message: string;
}
/**
 * A direct invocation of a predictor: load this version as for a job, and score its golden rows.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "check-request".
 */
export interface CheckRequest {
  check: PinnedModel;
}
/**
 * The exact model version a job is scored with. The manifest's sha256 pins tiers, features and artifacts along with it.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "pinned-model".
 */
export interface PinnedModel {
  name: string;
  version: number;
  manifestSha256: string;
  runtime: string;
}
export interface ChunkMessage1 {
  jobId: string;
  chunk: number;
  attempt: number;
  source: ObjectVersion;
  /**
   * What the range holds: CSV records, rows of an array, or a staged chunk (see docs/joblib.md).
   */
  format: 'csv' | 'matrix' | 'staged';
  reference: ChunkReference;
  header?: HeaderRange;
  dialect?: Dialect;
  matrix?: Matrix;
  model: PinnedModel;
  output: 'rows' | 'files' | 'both';
  /**
   * When the source version was written, UTC with milliseconds; orders the scores of a record.
   */
  sourceTime: string;
  /**
   * Seconds since 1970: when DynamoDB may drop the job's score items.
   */
  expiresAt?: number;
  renews?: Renews;
  /**
   * Of a shadow job: its result files lie apart.
   */
  shadowOf?: number;
}
/**
 * One version of one S3 object. A source, or a staged copy of a part of one.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "object-version".
 */
export interface ObjectVersion {
  bucket: string;
  /**
   * Decoded: a space is a space, not a plus sign.
   */
  key: string;
  versionId: string;
}
/**
 * A run of whole records: where its bytes are, and which rows they hold. Never the rows themselves.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "chunk-reference".
 */
export interface ChunkReference {
  object: ObjectVersion;
  byteStart: number;
  /**
   * Exclusive.
   */
  byteEnd: number;
  /**
   * 0-based, counted after the header; blank lines are not rows.
   */
  firstRow: number;
  /**
   * Line of the source on which the byte at byteStart stands; blank lines may precede the first record. Absent where the source has no lines.
   */
  firstLine?: number;
  rowCount: number;
}
/**
 * The bytes of the header record in its object, byte order mark excluded, line terminator included.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "header-range".
 */
export interface HeaderRange {
  object: ObjectVersion;
  byteStart: number;
  byteEnd: number;
}
/**
 * How a CSV source is written. The quote is always a double quote, doubled to escape it; the encoding is UTF-8.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "dialect".
 */
export interface Dialect {
  delimiter: ',' | '\t' | ';' | '|';
  /**
   * The decimal mark of numbers.
   */
  decimal: '.' | ',';
}
/**
 * An uncompressed array in a joblib file, whose rows lie one behind the other: a range of rows is a range of bytes.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "matrix".
 */
export interface Matrix {
  /**
   * As numpy writes it: byte order, kind, bytes.
   */
  dtype: string;
  rows: number;
  columns: number;
  /**
   * Bytes from the file's start to the first row.
   */
  offset: number;
}
/**
 * What the scores are compared with.
 */
export interface Renews {
  jobId: string;
}
/**
 * One chunk's item in the ledger.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "chunk".
 */
export interface Chunk {
  jobId: string;
  chunk: number;
  status: 'open' | 'done' | 'failed';
  attempt: number;
  reference: ChunkReference;
  rowsScored?: number;
  rowsFailed?: number;
  /**
   * Rows whose id repeats too often to be looked up by record.
   */
  rowsNotIndexed?: number;
  /**
   * @maxItems 301
   */
  errorCounts?: ErrorCount[];
  /**
   * @maxItems 5
   */
  firstErrors?: LocatedRowError[];
  statistics?: Statistics;
  comparison?: Comparison;
  reason?: Reason;
  lastError?: LastError;
  ms?: number;
  usage?: ChunkUsage;
}
/**
 * How many rows ended with one error code, per column where it has one. The code `other` sums up the kinds that a list had no room for.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "error-count".
 */
export interface ErrorCount {
  code: string;
  column?: string;
  rows: number;
  /**
   * Line of the first of these rows.
   */
  line?: number;
}
/**
 * A row error and the row it belongs to.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "located-row-error".
 */
export interface LocatedRowError {
  row: number;
  error: RowError;
}
/**
 * Why one row has no score.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "row-error".
 */
export interface RowError {
  code:
    | 'too_few_fields'
    | 'too_many_fields'
    | 'not_a_number'
    | 'not_an_integer'
    | 'not_a_boolean'
    | 'unknown_category'
    | 'missing_value'
    | 'invalid_utf8'
    | 'nul_character'
    | 'missing_id'
    | 'id_too_long'
    | 'refused_by_model'
    | 'non_finite_output'
    | 'item_too_large'
    | 'forgotten';
  message: string;
  column?: string;
  /**
   * Line of the file on which the record begins, the header being on line 1. Absent where the source has no lines.
   */
  line?: number;
}
/**
 * Mergeable statistics of the headline value (the score where there is one, else the numeric prediction, else the first output). Means and M2 merge by Chan, Golub and LeVeque (1979).
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "statistics".
 */
export interface Statistics {
  count: number;
  mean?: number;
  /**
   * Sum of squared distances from the mean.
   */
  m2?: number;
  min?: number;
  max?: number;
  /**
   * counts[0] is below edges[0]; counts[i] is in [edges[i-1], edges[i]); the last is at or above the last edge.
   */
  histogram?: {
    /**
     * @minItems 2
     * @maxItems 101
     */
    edges: number[];
    /**
     * @maxItems 102
     */
    counts: number[];
  };
  labels?: {
    [k: string]: number;
  };
  tiers?: {
    [k: string]: number;
  };
  /**
   * The highest headline values, highest first; ties by row.
   *
   * @maxItems 100
   */
  top?: {
    row: number;
    value: number;
  }[];
  /**
   * Of an embedding.
   */
  vectors?: {
    count: number;
    dimension: number;
  };
}
/**
 * What changed between the scores of an earlier job (before) and those of a later one (after) for the same rows: of a chunk, or of whole jobs. Those of disjoint rows merge.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "comparison".
 */
export interface Comparison {
  /**
   * The earlier job.
   */
  jobId: string;
  /**
   * Rows with a score in both.
   */
  rowsInCommon: number;
  rowsOnlyBefore: number;
  rowsOnlyAfter: number;
  /**
   * Rows that were not compared, since their earlier scores cannot be read, and why.
   *
   * @maxItems 5
   */
  unavailable?: Unavailable[];
  difference?: Difference;
  histograms?: Histograms;
  /**
   * Population stability index of the histograms, once all chunks are merged.
   */
  psi?: number;
  tiers?: ChangeMatrix;
  labels?: ChangeMatrix;
  /**
   * The rows whose headline value moved most; ties by row.
   *
   * @maxItems 10
   */
  moved?: Moved[];
}
/**
 * Rows that were not compared, since their earlier scores cannot be read, and why.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "unavailable".
 */
export interface Unavailable {
  code: 'no_such_job' | 'not_ended' | 'other_source' | 'scores_gone' | 'scores_unreadable';
  rows: number;
}
/**
 * Of the headline value, after minus before.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "difference".
 */
export interface Difference {
  count: number;
  mean?: number;
  m2?: number;
  min?: number;
  max?: number;
  sketch: Sketch;
  quantiles?: Quantiles;
}
/**
 * A mergeable sketch of numbers, for quantiles with a relative error of at most 1 %: DDSketch (Masson, Rim and Lee, VLDB 2019) with bins that divide each power of two into 64 equal parts. A bin's number is the exponent and the first six bits of the mantissa of a double: bits 46 to 62. Beyond 2,048 bins of a sign those nearest to zero become one.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "sketch".
 */
export interface Sketch {
  /**
   * Numbers nearer to zero than any bin: below 2^-431.
   */
  zeros: number;
  negative?: SketchBins;
  positive?: SketchBins;
}
/**
 * The bins of one sign, by magnitude; they ascend.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "sketch-bins".
 */
export interface SketchBins {
  /**
   * @maxItems 2048
   */
  bins: number[];
  /**
   * @maxItems 2048
   */
  counts: number[];
}
/**
 * From the sketch, once all chunks are merged.
 */
export interface Quantiles {
  p1: number;
  p5: number;
  p25: number;
  p50: number;
  p75: number;
  p95: number;
  p99: number;
}
/**
 * Of the rows of `difference`, over the fixed edges of the model.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "histograms".
 */
export interface Histograms {
  /**
   * @minItems 2
   * @maxItems 101
   */
  edges: number[];
  /**
   * @maxItems 102
   */
  before: number[];
  /**
   * @maxItems 102
   */
  after: number[];
}
export interface Moved {
  row: number;
  before: number;
  after: number;
}
/**
 * The last error that sent the chunk's message back to its queue; a crash leaves none. Its message may quote a row and is never kept.
 */
export interface LastError {
  /**
   * The name of its class.
   */
  error: string;
  /**
   * The innermost calls as file:line, the innermost last.
   *
   * @maxItems 4
   */
  where: string[];
  at: string;
  /**
   * Which delivery of the message it was.
   */
  receives?: number;
}
/**
 * What the predictor used that ended the chunk, up to its end: units as DynamoDB told them, and requests that it made.
 */
export interface ChunkUsage {
  rowWriteUnits: number;
  indexWriteUnits: number;
  readUnits: number;
  s3Puts: number;
  s3Gets: number;
  /**
   * Of the function, whose time is `ms`.
   */
  memoryMiB: number;
}
/**
 * The headline of a comparison: what the terminal event of a job tells that renews another.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "comparison-figures".
 */
export interface ComparisonFigures {
  /**
   * The earlier job.
   */
  jobId: string;
  rowsInCommon: number;
  /**
   * Rows that were not compared, since their earlier scores cannot be read.
   */
  rowsUnavailable?: number;
  meanDifference?: number;
  psi?: number;
  /**
   * Of the rows in common.
   */
  tierChangedShare?: number;
}
/**
 * <model>/current.json in the models bucket: the version that new jobs are scored with.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "current-pointer".
 */
export interface CurrentPointer {
  version: number;
  /**
   * The versions that were current before, the last one last: what a rollback goes back to.
   *
   * @maxItems 20
   */
  history?: number[];
  promotedAt?: string;
}
/**
 * A direct invocation of a predictor: read this row as its chunk was read, and tell how its score came about.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "explain-request".
 */
export interface ExplainRequest {
  explain: ChunkMessage;
  /**
   * Of the job; one of the chunk's.
   */
  row: number;
}
/**
 * How an output came about: base and contributions add up to it, in the model's own unit.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "explanation".
 */
export interface Explanation {
  /**
   * What is explained: a class by its readable name, or 'prediction'.
   */
  of: string;
  /**
   * What the numbers are of. log-odds: before the logistic function or softmax. log: before the exponential. margin: of the model's raw output.
   */
  unit: 'log-odds' | 'prediction' | 'log' | 'margin';
  /**
   * The output where nothing is known of the record.
   */
  base: number;
  /**
   * base and all contributions added up.
   */
  output: number;
  /**
   * The greatest in absolute value first.
   *
   * @maxItems 10000
   */
  contributions: Contribution[];
}
export interface Contribution {
  /**
   * A column of the model; where its own code or pipeline makes others, what it made.
   */
  feature: string;
  /**
   * What the record has there; null is a missing value.
   */
  value?: number | string | boolean | null;
  contribution: number;
}
/**
 * The detail of the EventBridge event `Job Held`: once per hold, delivered at least once. The same eventId is the same event.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "hold-event".
 */
export interface HoldEvent {
  eventId: string;
  jobId: string;
  modelName: string;
  model?: PinnedModel;
  source: ObjectVersion;
  /**
   * Sent to be scored before the hold.
   */
  rows: number;
  limit: number;
  /**
   * Where the source tells it without being read.
   */
  rowsTotal?: number;
  since: string;
}
export interface StartMessage {
  type: 'start';
  source: RequestedSource;
  /**
   * Where absent, the folder below incoming/ names it.
   */
  model?: string;
  /**
   * Where absent, the model's current version.
   */
  version?: number;
  /**
   * The share of rows that may fail; where absent, as the model says.
   */
  toleratedErrors?: number;
  requestedBy: string;
  /**
   * Sets a deliberate re-score apart from the drop.
   */
  runId?: string;
  /**
   * The job whose scores these will be compared with: it scored the same source.
   */
  renews?: string;
  /**
   * Asks for a shadow of the job that is renewed, whose scores are of this version.
   */
  shadowOf?: number;
}
export interface RequestedSource {
  bucket: string;
  key: string;
  /**
   * The newest version where absent.
   */
  versionId?: string;
  eventTime?: string;
}
export interface ContinueMessage {
  type: 'continue';
  jobId: string;
}
export interface StagedMessage {
  type: 'staged';
  jobId: string;
  index: ObjectVersion;
}
export interface RetryMessage {
  type: 'retry';
  jobId: string;
  /**
   * The attempt that is asked for, one more than the one that ended: asked for twice, it is one.
   */
  attempt: number;
}
export interface CancelMessage {
  type: 'cancel';
  jobId: string;
  /**
   * The attempt that is to end: delivered again, it does not end the next one.
   */
  attempt: number;
}
export interface ApproveMessage {
  type: 'approve';
  jobId: string;
  /**
   * The attempt that is held: delivered again, it approves of no later one.
   */
  attempt: number;
}
/**
 * The detail of the EventBridge events `Job Completed` and `Job Failed`, and of `Shadow Completed` and `Shadow Failed`. At least once: the same eventId is the same event.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "job-event".
 */
export interface JobEvent {
  eventId: string;
  jobId: string;
  attempt: number;
  status: 'completed' | 'completed_with_errors' | 'failed' | 'cancelled';
  reason?: Reason;
  modelName: string;
  model?: PinnedModel;
  source: ObjectVersion;
  rowsTotal?: number;
  rowsScored: number;
  rowsFailed: number;
  chunksFailed: number;
  results?: string;
  comparison?: ComparisonFigures;
  /**
   * Of a shadow job alone: the version whose scores it is compared with.
   */
  shadowOf?: number;
}
/**
 * The job's small counter item, kept under 1 KB: it is written once per chunk.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "job-state".
 */
export interface JobState {
  jobId: string;
  status: 'running' | 'completed' | 'completed_with_errors' | 'failed' | 'cancelled';
  reason?: Reason;
  attempt: number;
  /**
   * A new attempt has begun, and failed chunks are still being opened again: the job cannot end yet.
   */
  reopening?: true;
  splitDone: boolean;
  /**
   * Set once, when the split ends.
   */
  rowsTotal?: number;
  /**
   * Set once, when the split ends.
   */
  chunksTotal?: number;
  /**
   * -1 a finished chunk, +chunksTotal when the split ends: 0 with splitDone means that every chunk is accounted for.
   */
  remaining: number;
  chunksFailed: number;
  rowsScored: number;
  rowsFailed: number;
  /**
   * As the job's settings have it: here a predictor sees it beside the counters it is compared with.
   */
  toleratedErrors?: number;
  checkpoint: Checkpoint;
  held?: Hold;
  /**
   * The limit that somebody has lifted: the job is held no more.
   */
  approvedBeyond?: number;
  /**
   * What only the split could tell of the source and the user should know; beside the notes of the job. Short, as this item is.
   *
   * @maxItems 3
   */
  notes?: string[];
  progressAt: string;
  endedAt?: string;
  comparison?: ComparisonFigures;
}
/**
 * Everything before it is in the ledger and sent. Moves only forward. Of a source without lines, `line` is 1.
 */
export interface Checkpoint {
  byte: number;
  row: number;
  line: number;
  chunk: number;
}
/**
 * The split stopped at the checkpoint, since the next chunk would go beyond the limit. It goes on when somebody approves. The status stays `running`: the chunks before are scored.
 */
export interface Hold {
  /**
   * Sent to be scored before.
   */
  rows: number;
  limit: number;
  /**
   * Where the source tells it without being read.
   */
  rowsTotal?: number;
  since: string;
  /**
   * The event `Job Held` is still to be sent.
   */
  untold?: true;
}
/**
 * Written once when every chunk is accounted for: as an item of the job, and as _SUCCESS beside its result files.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "job-summary".
 */
export interface JobSummary {
  jobId: string;
  attempt: number;
  status: 'completed' | 'completed_with_errors' | 'failed';
  reason?: Reason;
  modelName: string;
  model?: PinnedModel;
  source: ObjectVersion;
  rowsTotal: number;
  rowsScored: number;
  rowsFailed: number;
  chunksTotal: number;
  chunksFailed: number;
  /**
   * @maxItems 20
   */
  failedChunks: FailedChunk[];
  /**
   * @maxItems 301
   */
  errorCounts: ErrorCount[];
  /**
   * @maxItems 5
   */
  firstErrors?: LocatedRowError[];
  statistics: Statistics;
  comparison?: Comparison;
  usage?: Usage;
  rowsNotIndexed: number;
  /**
   * s3:// address of the result files, where the job writes them.
   */
  results?: string;
  /**
   * @maxItems 24
   */
  notes: string[];
}
export interface FailedChunk {
  chunk: number;
  firstRow: number;
  rowCount: number;
  reason: Reason;
}
/**
 * What AWS charges for, counted. docs/cost.md tells what is measured and what follows from rules.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "usage".
 */
export interface Usage {
  /**
   * Of score items in their table.
   */
  rowWriteUnits: number;
  /**
   * Of the same items in the by-record index.
   */
  indexWriteUnits: number;
  ledgerWriteUnits: number;
  readUnits: number;
  s3Puts: number;
  s3Gets: number;
  sqsRequests: number;
  lambdaRequests: number;
  lambdaGbSeconds: number;
  events: number;
}
/**
 * The job's immutable item: what was pinned when it was opened.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "job".
 */
export interface Job {
  jobId: string;
  /**
   * As asked for, also where no such model exists.
   */
  modelName: string;
  model?: PinnedModel;
  source: ObjectVersion;
  sourceTime: string;
  sourceBytes: number;
  /**
   * What the source's bytes are, whatever its name says: `matrix` is a joblib file whose rows are read in place, `joblib` one that is unpacked first.
   */
  format?: 'csv' | 'csv.gz' | 'matrix' | 'joblib';
  dialect?: Dialect;
  header?: HeaderRange;
  matrix?: Matrix;
  firstRecord?: FirstRecord;
  createdAt: string;
  requestedBy: string;
  runId?: string;
  /**
   * The job that this one renews: the scores are compared with its.
   */
  renews?: string;
  /**
   * The version that scores the same source in the shadow of this job, once this has ended with scores.
   */
  shadow?: number;
  /**
   * This job stands in the shadow of the one that it renews, which has scores of this version. Its own scores are kept apart.
   */
  shadowOf?: number;
  settings: JobSettings;
  /**
   * What was assumed and the user should know: a detected dialect, ignored columns.
   *
   * @maxItems 20
   */
  notes: string[];
}
/**
 * Where the records after the header begin (in the inflated text, where the source is compressed).
 */
export interface FirstRecord {
  byte: number;
  line: number;
}
export interface JobSettings {
  chunkRows: number;
  chunkBytes: number;
  maxRecordBytes: number;
  output: 'rows' | 'files' | 'both';
  expiresAt?: number;
  /**
   * The share of rows that may fail. Any may where absent.
   */
  toleratedErrors?: number;
  /**
   * Rows that may be sent to be scored before somebody approves of more. Any number where absent.
   */
  maxRowsPerJob?: number;
}
/**
 * The headline of what changed over many jobs: what the event `Rescore Completed` tells of a run.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "jobs-comparison-figures".
 */
export interface JobsComparisonFigures {
  /**
   * Whose comparisons are merged here.
   */
  jobs: number;
  rowsInCommon: number;
  /**
   * Rows that were not compared, since their earlier scores cannot be read.
   */
  rowsUnavailable?: number;
  meanDifference?: number;
  psi?: number;
  /**
   * Of the rows in common.
   */
  tierChangedShare?: number;
}
/**
 * What changed over many jobs that each renew another: their comparisons, merged.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "jobs-comparison".
 */
export interface JobsComparison {
  /**
   * Whose comparisons are merged here.
   */
  jobs: number;
  /**
   * Of them those whose histograms have other bins than the first one’s: they are in no bin here, and in all other figures.
   */
  otherBins?: number;
  /**
   * Rows with a score in both jobs.
   */
  rowsInCommon: number;
  rowsOnlyBefore: number;
  rowsOnlyAfter: number;
  /**
   * Rows that were not compared, since their earlier scores cannot be read, and why.
   *
   * @maxItems 5
   */
  unavailable?: Unavailable[];
  difference?: Difference;
  histograms?: Histograms;
  /**
   * Population stability index of the histograms, once all jobs are merged.
   */
  psi?: number;
  tiers?: ChangeMatrix;
  labels?: ChangeMatrix;
  /**
   * The rows whose headline value moved most; ties by job and row.
   *
   * @maxItems 10
   */
  moved?: MovedInJob[];
  /**
   * The jobs whose scores shifted most, for how many rows they have.
   *
   * @maxItems 10
   */
  shifted?: ShiftedJob[];
}
export interface MovedInJob {
  /**
   * The later job.
   */
  jobId: string;
  row: number;
  before: number;
  after: number;
}
export interface ShiftedJob {
  /**
   * The later job.
   */
  jobId: string;
  figures: ComparisonFigures;
}
/**
 * <model>/<version>/manifest.json in the models bucket. Immutable.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "model-manifest".
 */
export interface ModelManifest {
  name: string;
  version: number;
  runtime: string;
  /**
   * How the first artifact is read. joblib: a pickle, compressed or not. code: by the load() of the version's own code.
   */
  format: 'joblib' | 'skops' | 'xgboost' | 'lightgbm' | 'onnx' | 'code';
  /**
   * The first is the model; others stand beside it: a tokenizer, files below code/.
   *
   * @minItems 1
   * @maxItems 1000
   */
  artifacts: Artifact[];
  parts?: Parts;
  code?: Code;
  encoder?: Encoder;
  /**
   * module:name of each global of the pickle that is on no list of its framework, and that the publisher vouched for.
   *
   * @maxItems 500
   */
  trusted?: string[];
  /**
   * The versions that decide what the model computes, as they were when it was published.
   */
  libraries: {
    [k: string]: string;
  };
  python: string;
  /**
   * @minItems 1
   * @maxItems 100000
   */
  features: Feature[];
  idColumn?: string;
  /**
   * @maxItems 20
   */
  passthrough?: string[];
  dialect?: Dialect;
  output: Output;
  golden?: Golden;
  /**
   * Most rows in a chunk of a model so slow that the deployment's setting would take too long.
   */
  chunkRows?: number;
  /**
   * The share of a file's rows that may fail: with more, its job fails. Any may where absent.
   */
  toleratedErrors?: number;
  publishedAt: string;
}
export interface Artifact {
  path: string;
  sha256: string;
  bytes: number;
}
/**
 * Where a joblib artifact is a dict: which of its keys is what. Encoders come first, then the scaler, then the models; several models are averaged, or stacked.
 */
export interface Parts {
  /**
   * Keys of estimators; one key may hold a list of them.
   *
   * @minItems 1
   * @maxItems 100
   */
  models: string[];
  /**
   * One a model; alike where absent.
   *
   * @minItems 1
   * @maxItems 1000
   */
  weights?: number[];
  /**
   * The key of the estimator whose features are the models' outputs: the second class's probability of a binary model, as scikit-learn stacks, all of a multiclass one, else the prediction.
   */
  stacker?: string;
  scaler?: string;
  /**
   * The features that the scaler takes, in its order; all where absent.
   *
   * @minItems 1
   * @maxItems 100000
   */
  scaled?: string[];
  /**
   * The key of a dict from a feature to its fitted LabelEncoder or OrdinalEncoder.
   */
  encoders?: string;
}
/**
 * A Python package that is shipped with the version, as artifacts below code/<package>/.
 */
export interface Code {
  package: string;
  /**
   * model: load(folder) and predict(frame) are the model. transform: transform(frame) makes the features of the model. classes: a pickle needs its classes.
   */
  entry: 'model' | 'transform' | 'classes';
}
/**
 * How an ONNX sentence encoder is used: its tokenizer is the artifact tokenizer.json.
 */
export interface Encoder {
  /**
   * none: the graph itself gives one vector a text.
   */
  pooling: 'none' | 'mean' | 'cls';
  /**
   * To length 1.
   */
  normalize: boolean;
  maxTokens: number;
}
export interface Feature {
  name: string;
  type: 'float' | 'integer' | 'boolean' | 'string' | 'category';
  /**
   * True where absent.
   */
  nullable?: boolean;
  /**
   * @maxItems 100000
   */
  categories?: string[];
}
export interface Output {
  kind: 'regression' | 'binary' | 'multiclass' | 'cluster' | 'embedding' | 'multi';
  /**
   * As the model holds them.
   *
   * @maxItems 100000
   */
  classes?: (string | number | boolean)[];
  /**
   * A readable name for a class, by the class written as text.
   */
  labels?: {
    [k: string]: string;
  };
  positiveClass?: string | number | boolean;
  threshold?: number;
  /**
   * Ascending. Fixed for a model's name, so that jobs compare.
   *
   * @minItems 2
   * @maxItems 101
   */
  histogramEdges?: number[];
  /**
   * @maxItems 100
   */
  tiers?: Tier[];
  /**
   * multi: what the outputs are called, in the model's order.
   *
   * @minItems 1
   * @maxItems 200
   */
  names?: string[];
  /**
   * embedding: numbers a vector.
   */
  dimension?: number;
}
export interface Tier {
  name: string;
  from: number;
}
/**
 * A few rows and what the model made of them when it was published; a predictor compares before it scores.
 */
export interface Golden {
  /**
   * Features in the manifest's order; null is a missing value.
   *
   * @minItems 1
   * @maxItems 20
   */
  rows: (number | string | boolean | null)[][];
  /**
   * @minItems 1
   * @maxItems 20
   */
  outputs: GoldenOutput[];
  /**
   * Of a number, absolute below 1 and relative above. Labels are equal.
   */
  tolerance: number;
}
export interface GoldenOutput {
  prediction?: number | string | boolean;
  score?: number;
  /**
   * In the model's order of classes.
   *
   * @maxItems 100000
   */
  probabilities?: number[];
  /**
   * @maxItems 200
   */
  outputs?: (number | string | boolean)[];
  /**
   * @maxItems 65536
   */
  vector?: number[];
}
/**
 * What a predictor answers to a predict or an explain request.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "predict-answer".
 */
export interface PredictAnswer {
  ok: boolean;
  runtime: string;
  /**
   * In the order of the records. Of an explained row one, also where its model tells no contributions.
   *
   * @maxItems 1000
   */
  predictions?: Prediction[];
  /**
   * Fields that the model does not read, as they first occur.
   *
   * @maxItems 50
   */
  unknownFields?: string[];
  /**
   * Of an explained row: its features as the model got them; an infinity as a text.
   */
  inputs?: {
    [k: string]: number | string | boolean | null;
  };
  reason?: Reason1;
  ms?: number;
}
/**
 * What came of one record: what a row of a file would get, or the error that it would get.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "prediction".
 */
export interface Prediction {
  model: string;
  version: number;
  /**
   * Where the model has an id column and the record a value for it.
   */
  recordId?: string;
  prediction?: number | string | boolean;
  /**
   * The probability of the positive class, or of the predicted one; of a cluster, the strength of membership.
   */
  score?: number;
  tier?: string;
  probabilities?: {
    [k: string]: number;
  };
  /**
   * Of a model with several outputs, by their names.
   */
  outputs?: {
    [k: string]: number | string | boolean;
  };
  /**
   * Of an embedding.
   *
   * @maxItems 65536
   */
  vector?: number[];
  explanation?: Explanation;
  error?: RowError;
}
/**
 * Why a job or a chunk ended badly: a code for programs, a sentence with the remedy for people.
 */
export interface Reason1 {
  code:
    | 'model_missing'
    | 'model_invalid'
    | 'model_changed'
    | 'model_refused_to_load'
    | 'versions_differ'
    | 'golden_rows_differ'
    | 'untrusted_global'
    | 'no_room_for_model'
    | 'artifact_corrupt'
    | 'unknown_runtime'
    | 'source_missing'
    | 'foreign_bucket'
    | 'unsupported_format'
    | 'not_text'
    | 'wrong_encoding'
    | 'columns_missing'
    | 'columns_duplicated'
    | 'header_mismatch'
    | 'unterminated_quote'
    | 'record_too_long'
    | 'ambiguous_record'
    | 'record_count_mismatch'
    | 'column_count_mismatch'
    | 'joblib_refused'
    | 'gzip_corrupt'
    | 'gzip_too_large'
    | 'intake_failed'
    | 'unpack_failed'
    | 'chunk_failed'
    | 'all_chunks_failed'
    | 'too_many_errors'
    | 'not_explainable'
    | 'rescore_failed'
    | 'summary_failed'
    | 'overlap'
    | 'cancelled';
  message: string;
}
/**
 * A direct invocation of a predictor: score these records with this version, and answer at once.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "predict-request".
 */
export interface PredictRequest {
  predict: PinnedModel;
  /**
   * By column name, as a row of a file: features, the id column where the model has one. A field that is null or left out is a missing value.
   *
   * @minItems 1
   * @maxItems 1000
   */
  records: {
    [k: string]: number | string | boolean | null;
  }[];
  /**
   * With the contribution of each feature, where the model can tell it.
   */
  explain?: boolean;
}
/**
 * The detail of the EventBridge event `Rescore Completed`: once per run, delivered at least once. The same eventId is the same event.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "rescore-event".
 */
export interface RescoreEvent {
  eventId: string;
  runId: string;
  modelName: string;
  version?: number;
  requestedBy: string;
  status: 'completed' | 'completed_with_failures' | 'failed' | 'cancelled' | 'skipped';
  reason?: Reason;
  /**
   * Sources looked at so far.
   */
  found: number;
  /**
   * Asked to be scored.
   */
  sent: number;
  /**
   * Left alone: they have scores of the target version.
   */
  alreadyScored: number;
  /**
   * Left alone: the newest version of the key is a delete marker.
   */
  deleted: number;
  /**
   * Left alone: the key has a newer version, which is scored as a drop of its own.
   */
  superseded: number;
  /**
   * Left alone: no job of theirs came to scores.
   */
  unscored: number;
  /**
   * Their version is gone for good.
   */
  gone: number;
  /**
   * Jobs of the run that ended with scores.
   */
  jobsCompleted: number;
  /**
   * Jobs of the run that failed or were cancelled.
   */
  jobsFailed: number;
  createdAt: string;
  endedAt: string;
  comparison?: JobsComparisonFigures;
}
export interface BeginRescoreMessage {
  type: 'begin';
  /**
   * The same id is the same run: `<schedule>@<scheduled time>` makes one of a doubled firing.
   */
  runId: string;
  request: RescoreRequest;
}
/**
 * Which past sources of a model are to be scored again, and with which version.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "rescore-request".
 */
export interface RescoreRequest {
  modelName: string;
  /**
   * Where absent, the version that is current when the run begins.
   */
  version?: number;
  /**
   * `changed` leaves sources that have scores of that version.
   */
  scope: 'changed' | 'all';
  /**
   * Of each key the newest version, or every version that was scored.
   */
  sources: 'newest' | 'all';
  /**
   * Only sources whose key begins so.
   */
  prefix?: string;
  /**
   * Only sources of that time or later.
   */
  since?: string;
  /**
   * Only sources of so many days before the run begins.
   */
  maxAgeDays?: number;
  /**
   * What becomes of a run that begins while another of the same model is still going.
   */
  onOverlap: 'skip' | 'queue';
  /**
   * A schedule's name, `promotion` or `cli`.
   */
  requestedBy: string;
  /**
   * The schedule that fired. While that is paused, the run is not begun.
   */
  schedule?: string;
}
export interface ContinueRescoreMessage {
  type: 'continue';
  runId: string;
}
export interface CancelRescoreMessage {
  type: 'cancel';
  runId: string;
}
/**
 * A run: past sources of one model, scored again with one version. One item of the Jobs table.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "rescore-run".
 */
export interface RescoreRun {
  runId: string;
  modelName: string;
  request: RescoreRequest;
  /**
   * `waiting` for its turn, `running`, `summarising` once all its jobs have ended, or how it ended; `skipped` where another run of the model was going.
   */
  status:
    | 'waiting'
    | 'running'
    | 'summarising'
    | 'completed'
    | 'completed_with_failures'
    | 'failed'
    | 'cancelled'
    | 'skipped';
  reason?: Reason;
  /**
   * Pinned when the run gets its turn.
   */
  version?: number;
  /**
   * Pinned likewise.
   */
  since?: string;
  /**
   * Every source was looked at: only jobs are left to end.
   */
  listed: boolean;
  /**
   * The place in the index of past jobs up to which all is done. Moves only forward.
   */
  checkpoint?: string;
  /**
   * Sources looked at so far.
   */
  found: number;
  /**
   * Asked to be scored.
   */
  sent: number;
  /**
   * Left alone: they have scores of the target version.
   */
  alreadyScored: number;
  /**
   * Left alone: the newest version of the key is a delete marker.
   */
  deleted: number;
  /**
   * Left alone: the key has a newer version, which is scored as a drop of its own.
   */
  superseded: number;
  /**
   * Left alone: no job of theirs came to scores.
   */
  unscored: number;
  /**
   * Their version is gone for good.
   */
  gone: number;
  /**
   * Jobs of the run that ended with scores.
   */
  jobsCompleted: number;
  /**
   * Jobs of the run that failed or were cancelled.
   */
  jobsFailed: number;
  /**
   * The first whose version is gone.
   *
   * @maxItems 20
   */
  goneSources: ObjectVersion[];
  createdAt: string;
  progressAt: string;
  endedAt?: string;
  comparison?: JobsComparisonFigures;
  /**
   * The event `Rescore Completed` is still to be sent.
   */
  untold?: true;
}
/**
 * What changed over the jobs of a run. One item of the Jobs table, which grows while the run is summarised.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "run-summary".
 */
export interface RunSummary {
  runId: string;
  /**
   * The job up to which all are merged, in the order of their ids. Absent once the summary is whole.
   */
  checkpoint?: string;
  /**
   * Jobs with scores that carry no comparison.
   */
  uncompared: number;
  comparison: JobsComparison;
}
/**
 * One row's item: a score, or an error with a reason. Doubles outside DynamoDB's range (1e-130 to 9.99e125) are decimal strings.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "score".
 */
export interface Score {
  jobId: string;
  row: number;
  /**
   * Line of the file on which the record begins, the header being on line 1. Absent where the source has no lines.
   */
  line?: number;
  /**
   * As written in the source: "00123" stays "00123".
   */
  recordId?: string;
  prediction?: number | string | boolean;
  /**
   * The probability of the positive class, or of the predicted one; of a cluster, the strength of membership.
   */
  score?: number | string;
  tier?: string;
  probabilities?: {
    [k: string]: number | string;
  };
  /**
   * Of a model with several outputs, by their names.
   */
  outputs?: {
    [k: string]: number | string | boolean;
  };
  /**
   * Of an embedding. The item holds it as binary: little-endian float32.
   *
   * @maxItems 65536
   */
  vector?: number[];
  passthrough?: {
    [k: string]: string;
  };
  model: string;
  version: number;
  sourceTime: string;
  expiresAt?: number;
  error?: RowError;
}
/**
 * <model>/shadow.json in the models bucket: the version that scores each drop a second time, apart from the current one's scores. None where it is absent.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "shadow-pointer".
 */
export interface ShadowPointer {
  version?: number;
  setAt: string;
}
/**
 * What unpacking made of a joblib source: its columns, and the staged chunks in row order. Chunk n lies under the key that follows from the job and n.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "staged-index".
 */
export interface StagedIndex {
  rows: number;
  /**
   * Names in order; null where the source has none.
   *
   * @maxItems 100000
   */
  columns: (string | null)[];
  index?: StagedRowIndex;
  /**
   * @maxItems 10000
   */
  chunks: StagedChunk[];
}
/**
 * The frame's index, where it has one that does not just count the rows.
 */
export interface StagedRowIndex {
  name: string | null;
}
export interface StagedChunk {
  versionId: string;
  bytes: number;
  rowCount: number;
}
/**
 * Asks for a joblib source to be decoded and staged as chunks of rows. The answer is a `staged` message on the intake queue.
 *
 * This interface was referenced by `Contracts`'s JSON-Schema
 * via the `definition` "unpack-message".
 */
export interface UnpackMessage {
  type: 'unpack';
  jobId: string;
  source: ObjectVersion;
  sourceBytes: number;
  chunkRows: number;
  chunkBytes: number;
  /**
   * The only columns that are staged, by their names, where the source has names; absent where they are too many for a message.
   *
   * @maxItems 100021
   */
  columns?: string[];
}
