import type { DeployedScoring } from '../../aws/stack-outputs.ts';
import type { ChunkReference, Job, ObjectVersion } from '../../contracts/generated/types.ts';
import type { Sample } from '../../core/csv/sample.ts';
import { firstBytesOf } from '../../core/first-bytes.ts';
import { openedState } from '../../core/job.ts';
import { stagedHeaderKey } from '../../core/keys.ts';
import type { ModelRegistry, ShadowPointers } from '../../core/model-registry.ts';
import { jobOf } from '../../core/open-job.ts';
import { type Asked, startRequest } from '../../core/start-request.ts';
import { inspect } from '../../functions/fan-out/inspect.ts';
import { matrixOrigin } from '../../functions/fan-out/origins/matrix.ts';
import { textOrigin } from '../../functions/fan-out/origins/text.ts';
import { Failure } from '../failure.ts';
import type { ForecastSource } from './source.ts';
import { SpreadSample } from './spread-sample.ts';

export interface SplitOptions {
  asked: Asked;
  models: ModelRegistry & ShadowPointers;
  scoring: DeployedScoring;
  now: string;
}

/** The job that a source would be, all its chunks, and some of its text. */
export interface SplitSource {
  job: Job;
  references: ChunkReference[];
  /** The record with the names of the columns; empty where the source has none. */
  header: Buffer;
  /** The beginnings of chunks all over the source; none of an array. */
  texts: Sample[];
}

/** Enough for some rows of a chunk, also where they are wide. */
const TEXT_BYTES = 128 * 1024;

/**
 * Inspects and splits a source by fan-out’s own code, with the settings of the deployment. Nothing is written.
 *
 * @throws InputRejected as the job would fail; Failure where only unpacking could tell the rows.
 */
export async function splitSource(
  source: ForecastSource,
  { asked, models, scoring, now }: SplitOptions,
): Promise<SplitSource> {
  const { object, bytes, read } = source;
  const { jobId, message } = startRequest(object, asked, 'cli');
  const staged = new StagedTexts(jobId);
  const dependencies = {
    read: (_: ObjectVersion, from: number, to?: number) => read(from, to),
    stage: async (key: string, text: Buffer) => staged.take({ ...object, key }, text),
    settings: { ...scoring, inputBucket: object.bucket },
    models,
    runtimes: Object.keys(scoring.predictors),
  };
  const facts = { object, bytes, lastModified: now };
  const pinned = { jobId, request: message, modelName: asked.model, source: object, facts };
  const findings = await inspect(pinned, dependencies);
  if (findings.rejected) throw findings.rejected;
  const job = jobOf(pinned, findings, scoring, now);
  if (job.format === 'joblib') throw rowsAreUnknown(object.key);

  const origin = job.format === 'matrix' ? matrixOrigin(job) : textOrigin(job, dependencies);
  const references: ChunkReference[] = [];
  for await (const { reference } of origin.cuts(openedState(job).checkpoint))
    if (reference) references.push(reference);
  if (job.format !== 'csv') return { job, references, header: staged.header, texts: staged.texts };
  return { job, references, header: await headerOf(job, source), texts: await textsOf(references, source) };
}

/** What fan-out would put into the work bucket, of which a sample is kept. */
class StagedTexts {
  header: Buffer = Buffer.alloc(0);
  readonly #headerKey: string;
  readonly #sample = new SpreadSample<Sample>();

  constructor(jobId: string) {
    this.#headerKey = stagedHeaderKey(jobId);
  }

  take(object: ObjectVersion, text: Buffer): ObjectVersion {
    if (object.key === this.#headerKey) this.header = Buffer.from(text);
    else this.#sample.add(() => sampleOf(Buffer.from(text.subarray(0, TEXT_BYTES)), text.length));
    return object;
  }

  get texts(): Sample[] {
    return this.#sample.taken;
  }
}

async function headerOf({ header }: Job, { read }: ForecastSource): Promise<Buffer> {
  if (!header) return Buffer.alloc(0);
  const { byteStart, byteEnd } = header;
  return firstBytesOf(read(byteStart, byteEnd), byteEnd - byteStart);
}

async function textsOf(references: readonly ChunkReference[], { read }: ForecastSource): Promise<Sample[]> {
  const sample = new SpreadSample<ChunkReference>();
  for (const reference of references) sample.add(() => reference);
  return Promise.all(
    sample.taken.map(async ({ byteStart, byteEnd }) => {
      const end = Math.min(byteEnd, byteStart + TEXT_BYTES);
      return sampleOf(await firstBytesOf(read(byteStart, end), TEXT_BYTES), byteEnd - byteStart);
    }),
  );
}

const sampleOf = (bytes: Buffer, length: number): Sample => ({ bytes, complete: bytes.length === length });

const rowsAreUnknown = (key: string): Failure =>
  new Failure(
    'rows_unknown',
    `How many rows ${key.split('/').at(-1)} has is known once the pipeline has unpacked it.`,
    { remedy: 'Files that can be told before: CSV, and uncompressed arrays of numbers.' },
  );
