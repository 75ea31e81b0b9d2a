import type { Job, JobSettings, ObjectVersion } from '../contracts/generated/types.ts';
import { bounded, type InputRejected } from './errors.ts';
import { type JobRequest, requestedModel } from './intake.ts';
import { type JobView, openedState } from './job.ts';
import { jobId } from './keys.ts';
import type { Ledger } from './ledger.ts';
import { isShadow, shadowSettings } from './shadow.ts';
import { storedShare } from './tolerance.ts';

export interface OpenDependencies {
  ledger: Pick<Ledger, 'readJob' | 'openJob'>;
  settings: OpenSettings;
  now(): string;
  /** Undefined where the object, or the named version of it, does not exist. */
  describe(source: { bucket: string; key: string; versionId?: string }): Promise<SourceFacts | undefined>;
}

export interface OpenSettings extends Omit<JobSettings, 'expiresAt' | 'toleratedErrors'> {
  inputBucket: string;
  /** How long score items are kept; for ever where absent. */
  scoresRetentionDays?: number;
}

export interface SourceFacts {
  object: ObjectVersion;
  bytes: number;
  lastModified: string;
}

/**
 * What inspection finds out about a source and its model, which the job pins: all of it, or as much as was found before the
 * reason for which the source can never be scored.
 */
export interface Findings
  extends Pick<
    Job,
    'notes' | 'model' | 'shadow' | 'format' | 'dialect' | 'header' | 'matrix' | 'firstRecord'
  > {
  /** Most rows in a chunk, where the model asks for fewer than the deployment. */
  chunkRows?: number;
  /** The share of rows that may fail, as the model has it; a request may say otherwise. */
  toleratedErrors?: number;
  rejected?: InputRejected;
}

/** A request whose object version and job id are settled. */
export interface PinnedRequest {
  jobId: string;
  request: JobRequest;
  modelName: string;
  source: ObjectVersion;
  /** Absent where the source does not exist, or lies in a bucket that is not ours to read. */
  facts?: SourceFacts;
}

/** S3's own word for the version of an object in a bucket without versions; here, of an object that is not there. */
const NO_VERSION = 'null';

/**
 * Settles which version of which object is meant. A foreign bucket is not even asked: whoever can send to the intake
 * queue must not make this role read other buckets.
 */
export async function pinSource(request: JobRequest, dependencies: OpenDependencies): Promise<PinnedRequest> {
  const { bucket, key, versionId } = request.source;
  const modelName = requestedModel(request);
  const facts =
    bucket === dependencies.settings.inputBucket
      ? await dependencies.describe({ bucket, key, ...(versionId && { versionId }) })
      : undefined;
  const source = facts?.object ?? { bucket, key, versionId: versionId ?? NO_VERSION };
  const id = jobId(source, modelName, request.runId);
  return { jobId: id, request, modelName, source, ...(facts && { facts }) };
}

/**
 * Opens the job with what inspection found; failed, where it was rejected. The first writer pins everything; whoever comes
 * second gets the job as it was pinned.
 */
export async function openJob(
  pinned: PinnedRequest,
  findings: Findings,
  { ledger, settings, now }: OpenDependencies,
): Promise<JobView | undefined> {
  const job = jobOf(pinned, findings, settings, now());
  const state = openedState(job);
  const { rejected } = findings;
  if (rejected) Object.assign(state, { status: 'failed', reason: rejected.reason, endedAt: job.createdAt });
  const outcome = await ledger.openJob(job, state);
  return outcome === 'opened' ? { job, state } : ledger.readJob(pinned.jobId);
}

/** What a job pins, and nobody changes. */
export function jobOf(
  pinned: PinnedRequest,
  { rejected, chunkRows, toleratedErrors, ...found }: Findings,
  settings: Omit<OpenSettings, 'inputBucket'>,
  createdAt: string,
): Job {
  return {
    jobId: pinned.jobId,
    modelName: pinned.modelName,
    source: pinned.source,
    sourceTime: toMilliseconds(pinned.request.source.eventTime ?? pinned.facts?.lastModified ?? createdAt),
    sourceBytes: pinned.facts?.bytes ?? 0,
    createdAt,
    requestedBy: pinned.request.requestedBy,
    ...(pinned.request.runId && { runId: pinned.request.runId }),
    ...(pinned.request.renews && { renews: pinned.request.renews }),
    ...(pinned.request.shadowOf && { shadowOf: pinned.request.shadowOf }),
    settings: jobSettings(isShadow(pinned.request) ? shadowSettings(settings) : settings, createdAt, {
      chunkRows,
      toleratedErrors: pinned.request.toleratedErrors ?? toleratedErrors,
    }),
    ...found,
    notes: found.notes.map((note) => bounded(note)),
  };
}

function jobSettings(
  {
    chunkRows,
    chunkBytes,
    maxRecordBytes,
    maxRowsPerJob,
    output,
    scoresRetentionDays,
  }: Omit<OpenSettings, 'inputBucket'>,
  createdAt: string,
  asked: { chunkRows: number | undefined; toleratedErrors: number | undefined },
): JobSettings {
  const { toleratedErrors } = asked;
  const pinned = {
    chunkRows: Math.min(chunkRows, asked.chunkRows ?? chunkRows),
    ...{ chunkBytes, maxRecordBytes, output },
    ...(maxRowsPerJob !== undefined && { maxRowsPerJob }),
    ...(toleratedErrors !== undefined && { toleratedErrors: storedShare(toleratedErrors) }),
  };
  if (scoresRetentionDays === undefined) return pinned;
  return { ...pinned, expiresAt: Math.floor(Date.parse(createdAt) / 1000) + scoresRetentionDays * 86_400 };
}

const toMilliseconds = (time: string) => new Date(time).toISOString();
