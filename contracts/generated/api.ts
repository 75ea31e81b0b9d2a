// Generated from contracts/openapi.json by `npm run contracts`. Do not edit.
import type * as contracts from './types.ts';

export interface Api {}
/**
 * RFC 9457.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "Problem".
 */
export interface Problem {
  /**
   * `urn:dropscore:` and the code.
   */
  type: string;
  title: string;
  status: number;
  /**
   * For programs: the codes of rows, jobs and the command line are the same.
   */
  code: string;
  /**
   * What is wrong, and the remedy.
   */
  detail?: string;
  /**
   * The request's id.
   */
  instance?: string;
  /**
   * @maxItems 1000
   */
  errors?: FieldError[];
}
/**
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "FieldError".
 */
export interface FieldError {
  /**
   * JSON pointer into the body (RFC 6901; empty for the whole of it), or the name of a parameter.
   */
  pointer: string;
  code: string;
  message: string;
}
/**
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "PredictBody".
 */
export interface PredictBody {
  /**
   * @minItems 1
   * @maxItems 1000
   */
  records: InputRecord[];
  /**
   * The current one where absent.
   */
  version?: number;
  /**
   * With what each feature contributed: for XGBoost, LightGBM and linear models.
   */
  explain?: boolean;
}
/**
 * Values by column, 10,000 at most, of names up to 1,024 characters. An id with zeros before it, or of more than 15 digits, is a text.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "InputRecord".
 */
export interface InputRecord {
  [k: string]: number | string | boolean | null;
}
/**
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "Predictions".
 */
export interface Predictions {
  model: string;
  version: number;
  predictions: contracts.Prediction[];
  /**
   * Fields that the model does not read.
   */
  unknownFields?: string[];
}
/**
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "JobBody".
 */
export interface JobBody {
  /**
   * The stack's input bucket.
   */
  bucket: string;
  key: string;
  /**
   * The newest where absent.
   */
  versionId?: string;
  model: string;
  /**
   * Of the model; the current one where absent.
   */
  version?: number;
  /**
   * The share of rows that may fail; as the model says where absent.
   */
  toleratedErrors?: number;
}
/**
 * Paths below the API's address.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "JobLinks".
 */
export interface JobLinks {
  self: string;
  scores: string;
  errors: string;
}
/**
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "StartedJob".
 */
export interface StartedJob {
  jobId: string;
  /**
   * `requested`: the ledger does not have it yet.
   */
  status: 'requested' | 'running' | 'held' | 'completed' | 'completed_with_errors' | 'failed' | 'cancelled';
  /**
   * Of the job: a retry is the next one.
   */
  attempt?: number;
  links: JobLinks;
}
/**
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "EndedJob".
 */
export interface EndedJob {
  jobId: string;
  status: 'completed' | 'completed_with_errors' | 'failed' | 'cancelled';
  links: JobLinks;
  job: Job;
  /**
   * The first rows.
   *
   * @maxItems 1000
   */
  predictions: contracts.Score[];
  /**
   * Where the rows that follow are, as a path below the API's address.
   */
  next?: string;
}
/**
 * As `dropscore job show --json` has it.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "Job".
 */
export interface Job {
  jobId: string;
  status: 'running' | 'held' | 'completed' | 'completed_with_errors' | 'failed' | 'cancelled';
  reason?: contracts.Reason;
  model: string;
  version?: number;
  manifestSha256?: string;
  runtime?: string;
  source: contracts.ObjectVersion;
  sourceTime?: string;
  sourceBytes?: number;
  attempt: number;
  chunksTotal?: number;
  chunksDone?: number;
  chunksFailed?: number;
  rowsTotal?: number;
  rowsScored: number;
  rowsFailed: number;
  createdAt: string;
  endedAt?: string;
  notes?: string[];
  /**
   * The job that the scores are compared with.
   */
  renews?: string;
  /**
   * The version that scores the same source in the shadow of this job.
   */
  shadow?: number;
  /**
   * Of a shadow job: the version whose scores it is compared with. Its own are kept apart.
   */
  shadowOf?: number;
  comparison?: contracts.Comparison;
  usage?: contracts.Usage;
  cost?: Cost;
  links: JobLinks;
}
/**
 * Dollars at the prices of one region and month, by service.
 *
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "Cost".
 */
export interface Cost {
  total: number;
  dynamodb: number;
  lambda: number;
  s3: number;
  sqs: number;
  eventbridge: number;
  region: string;
  asOf: string;
}
/**
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "JobList".
 */
export interface JobList {
  jobs: Job[];
  /**
   * Where the next ones are, as a path below the API's address.
   */
  next?: string;
}
/**
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "ScorePage".
 */
export interface ScorePage {
  jobId: string;
  /**
   * Of the job. While it is running or held, rows may come that a page leaves out.
   */
  status: 'running' | 'held' | 'completed' | 'completed_with_errors' | 'failed' | 'cancelled';
  scores: contracts.Score[];
  /**
   * Where the rows that follow are, as a path below the API's address.
   */
  next?: string;
}
/**
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "RecordScores".
 */
export interface RecordScores {
  model: string;
  recordId: string;
  /**
   * Of the model. Its scores come first.
   */
  currentVersion?: number;
  scores: contracts.Score[];
}
/**
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "ModelList".
 */
export interface ModelList {
  models: Model[];
}
/**
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "Model".
 */
export interface Model {
  name: string;
  /**
   * Absent where none is current.
   */
  version?: number;
  runtime?: string;
  kind?: string;
  /**
   * Only where one model is asked for.
   */
  features?: ModelFeature[];
  idColumn?: string;
  publishedAt?: string;
  /**
   * Why it cannot be used.
   */
  problem?: string;
}
/**
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "ModelFeature".
 */
export interface ModelFeature {
  name: string;
  type: 'float' | 'integer' | 'boolean' | 'string' | 'category';
  /**
   * Whether it may be left out.
   */
  nullable: boolean;
}
/**
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "UploadBody".
 */
export interface UploadBody {
  model: string;
  /**
   * Of the file, with its ending.
   */
  name: string;
  /**
   * Its size: 5 GiB at most, which is S3's limit of one PUT.
   */
  bytes: number;
}
/**
 * This interface was referenced by `Api`'s JSON-Schema
 * via the `definition` "Upload".
 */
export interface Upload {
  method: 'PUT';
  url: string;
  /**
   * To be sent just so.
   */
  headers: {
    [k: string]: string;
  };
  bucket: string;
  key: string;
  expiresAt: string;
}
