import type { Chunk, Job, JobState, JobSummary, Usage } from '../../contracts/generated/types.ts';
import { CHUNKS_A_STEP } from '../chunk-message.ts';
import { itemBytes, READ_UNIT_BYTES, readUnits, writeUnits } from './item-size.ts';
import { addUsage, NO_USAGE } from './usage.ts';

/**
 * What a job uses beside what its predictors count: the ledger, the messages, the requests and the time of fan-out and
 * complete. It follows from the sizes of the job’s items and the steps of a job that goes well; `npm run bench` compares it with
 * the requests that are made. The same rules estimate a job before it is opened.
 */

/** Partition and sort key of an item in the Jobs table. */
const KEY_BYTES = 64;
/** Of a transaction, which DynamoDB writes twice. */
const TWICE = 2;
/** The job’s counter item is kept below 1 KB. */
const STATE_UNITS = 1;
/** The indexes `open-jobs` and `by-model`; `by-month` holds the whole item. */
const SMALL_INDEXES = 2;
/** The last step of a split is seldom full: half of one is added. */
const LAST_STEP = 0.5;
/** Of the summary’s own usage. */
const USAGE_BYTES = 200;

/** The command line uploads larger files in parts of so many bytes. */
export const UPLOAD_PART_BYTES = 16 * 1024 * 1024;

/** Fan-out and complete as they are deployed where the settings say nothing. */
const FUNCTION_GB = 1769 / 1024;
/** As measured on the embedded host; the larger part is waiting for answers. */
const FAN_OUT_SECONDS = { job: 0.25, chunk: 0.004, byte: 1 / 150e6 };
/** The transaction that ends a chunk, which holds its `ms`. */
const ENDING_MS = 40;
const COMPLETE_SECONDS = { job: 0.15, chunk: 0.0005 };

/** Of a chunk from its opening to its end, without what its predictor counts. */
export function chunkBookkeeping(chunk: Chunk, { format }: Pick<Job, 'format'>): Usage {
  const { jobId, chunk: number, attempt, reference } = chunk;
  const open = writeUnits(
    KEY_BYTES + itemBytes({ jobId, chunk: number, status: 'open', attempt, reference }),
  );
  const bytes = itemBytes(chunk);
  const ended = writeUnits(KEY_BYTES + bytes);
  return addUsage(NO_USAGE, {
    ledgerWriteUnits: open + TWICE * (ended + STATE_UNITS) + STATE_UNITS / CHUNKS_A_STEP,
    readUnits: bytes / READ_UNIT_BYTES,
    // Sent ten at a time, received and deleted one by one.
    sqsRequests: 1 / CHUNKS_A_STEP + 2,
    s3Puts: format === 'csv.gz' ? 1 : 0,
    lambdaRequests: 1,
    lambdaGbSeconds: (FAN_OUT_SECONDS.chunk + COMPLETE_SECONDS.chunk) * FUNCTION_GB,
  });
}

/**
 * Of the rest of the job: the drop, its opening, its split, and its end.
 *
 * @param summary as it is before it has its usage.
 */
export function jobBookkeeping(job: Job, state: JobState, summary: JobSummary): Usage {
  const info = writeUnits(KEY_BYTES + itemBytes(job));
  const opened = TWICE * (info + writeUnits(itemBytes(state))) + info + SMALL_INDEXES;
  const summaryBytes = KEY_BYTES + itemBytes(summary) + USAGE_BYTES;
  const ended = TWICE * (STATE_UNITS + writeUnits(summaryBytes));
  const split = STATE_UNITS * (1 + LAST_STEP);
  const toldAndUnlisted = 2;
  const reads = readUnits(itemBytes(job)) + readUnits(itemBytes(state));
  return addUsage(NO_USAGE, {
    ledgerWriteUnits: opened + split + ended + toldAndUnlisted,
    // Fan-out looks for the job once, complete twice.
    readUnits: 3 * reads,
    s3Puts:
      uploadPuts(job.sourceBytes) +
      (job.settings.output === 'rows' ? 0 : 1) +
      (job.format === 'csv.gz' ? 1 : 0),
    // Facts, pointer, manifest, the first bytes, the header, and the whole.
    s3Gets: 6,
    sqsRequests: 3 + LAST_STEP,
    lambdaRequests: 3,
    lambdaGbSeconds:
      (FAN_OUT_SECONDS.job + FAN_OUT_SECONDS.byte * job.sourceBytes + COMPLETE_SECONDS.job) * FUNCTION_GB,
    events: 1,
  });
}

/** Requests that an upload by the command line takes: larger files go in parts, which have a beginning and an end. */
export function uploadPuts(bytes: number): number {
  const parts = Math.ceil(bytes / UPLOAD_PART_BYTES);
  return parts > 1 ? parts + 2 : 1;
}

/** Of the predictor that ended a chunk, as the chunk tells; nothing of one that was written off, or scored by an earlier release. */
export function predictorUsage({ usage, ms = 0 }: Chunk): Partial<Usage> {
  if (!usage) return {};
  const { memoryMiB, ...counted } = usage;
  return { ...counted, lambdaGbSeconds: gbSeconds(ms + ENDING_MS, memoryMiB) };
}

const gbSeconds = (ms: number, memoryMiB: number): number => (ms / 1000) * (memoryMiB / 1024);
