import type {
  ChunkMessage,
  IntakeMessage,
  LastError,
  Reason,
  RescoreMessage,
  UnpackMessage,
} from '../../contracts/generated/types.ts';
import { parseContract } from '../../contracts/validate.ts';
import { bounded, InputRejected } from '../../core/errors.ts';
import { readIntakeBody } from '../../core/intake.ts';
import { CANCELLED, isHeld, isTerminal, type JobView } from '../../core/job.ts';
import { modelOfPointer } from '../../core/keys.ts';
import type { ChunkKey, Ledger } from '../../core/ledger.ts';
import { type OpenDependencies, openJob, pinSource } from '../../core/open-job.ts';
import { endOf, RUN_CANCELLED, recordedRun } from '../../core/rescore/run.ts';
import type { Runs } from '../../core/rescore/runs.ts';

export interface DeadLetter {
  id: string;
  queue: string;
  body: string;
}

export interface DeadLetterDependencies extends OpenDependencies {
  ledger: OpenDependencies['ledger'] &
    Pick<Ledger, 'failJob' | 'cancelJob' | 'approveJob' | 'readChunk' | 'writeOffChunk'>;
  runs: Pick<Runs, 'openRun' | 'readRun' | 'endRun'>;
  /** Keeps a message that is none of ours, with the reason, for a person to look at. */
  setAside(message: DeadLetter, error: Error): Promise<void>;
  /** Says so where operators look: an alarm counts it. */
  wroteOff(chunk: ChunkKey): void;
}

const UNPACK_FAILED: Reason = {
  code: 'unpack_failed',
  message:
    'Unpacking the joblib file failed every time it was tried: it crashed, ran out of memory or time, or a service was down. ' +
    'The log of unpack names the cause; a file in smaller parts, or an array in C order, needs less of both.',
};

const RESCORE_FAILED: Reason = {
  code: 'rescore_failed',
  message:
    'Looking for past sources failed every time it was tried. The log of rescore names the cause; ask for another run once it is mended: ' +
    'sources that this one had scored are left alone.',
};

const SUMMARY_FAILED: Reason = {
  code: 'summary_failed',
  message:
    'Summing up what changed failed every time it was tried, so that this run tells none of it. Its jobs have ended as counted, and each ' +
    'carries its own comparison. The log of rescore names the cause.',
};

const INTAKE_FAILED: Reason = {
  code: 'intake_failed',
  message:
    'Splitting the file failed every time it was tried. The log of fan-out names the cause; drop the file again once it ' +
    'is mended.',
};

/**
 * Consumes a message that its queue has given up. Produces its end in the ledger: a chunk written off, or a job failed, and
 * opened so where it never was, since a drop must not vanish. A second delivery, or a chunk or job that has ended, changes
 * nothing.
 */
export async function giveUp(message: DeadLetter, dependencies: DeadLetterDependencies): Promise<void> {
  const lost = read(message);
  if (lost instanceof Error) return dependencies.setAside(message, lost);
  if (lost.type === 'unpack')
    await failUnlessSplit(await dependencies.ledger.readJob(lost.jobId), UNPACK_FAILED, dependencies);
  else if (lost.type === 'rescore') await failRun(lost.message, dependencies);
  else if (lost.type === 'chunk') await writeOff(lost.message, dependencies);
  else for (const request of lost.requests) await failJob(request, dependencies);
}

type Lost =
  | { type: 'chunk'; message: ChunkMessage }
  | { type: 'rescore'; message: RescoreMessage }
  | { type: 'intake'; requests: IntakeMessage[] }
  | UnpackMessage;

/** Reading is pure: whatever goes wrong is the message's fault. */
function read({ body }: DeadLetter): Lost | Error {
  try {
    const data = JSON.parse(body) as Record<string, unknown> | null;
    if (data !== null && 'chunk' in data)
      return { type: 'chunk', message: parseContract('chunk-message', data) };
    if (data !== null && data.type === 'unpack') return parseContract('unpack-message', data);
    if (data !== null && 'runId' in data && !('source' in data))
      return { type: 'rescore', message: parseContract('rescore-message', data) };
    const requests = readIntakeBody(body);
    if (requests.some(isPointer)) return new Error('The move of a model’s pointer started no run.');
    return { type: 'intake', requests };
  } catch (error) {
    return error as Error;
  }
}

/** Such a key is no drop: it comes from the rescore queue. */
const isPointer = (message: IntakeMessage): boolean =>
  message.type === 'start' && modelOfPointer(message.source.key) !== undefined;

async function failRun(message: RescoreMessage, { runs, now }: DeadLetterDependencies): Promise<void> {
  if (message.type === 'cancel') {
    await runs.endRun(message.runId, 'cancelled', RUN_CANCELLED, now());
    return;
  }
  if (message.type === 'begin') await runs.openRun(recordedRun(message.runId, message.request, now()));
  const run = await runs.readRun(message.runId);
  if (run?.status === 'summarising') await runs.endRun(run.runId, endOf(run), SUMMARY_FAILED, now());
  else await runs.endRun(message.runId, 'failed', RESCORE_FAILED, now());
}

async function writeOff(message: ChunkMessage, dependencies: DeadLetterDependencies): Promise<void> {
  const { ledger, now, wroteOff } = dependencies;
  const chunk = await ledger.readChunk(message.jobId, message.chunk);
  if (await ledger.writeOffChunk(message, chunkFailed(chunk?.lastError), now())) wroteOff(message);
}

/** Why a chunk is written off: what was seen of its failures, if they left a trace. */
function chunkFailed(lastError: LastError | undefined): Reason {
  const cause = lastError
    ? `The predictor failed on this chunk every time it was delivered; last seen: ${seenWords(lastError)}.`
    : 'The predictor crashed on this chunk or ran out of memory or time, every time it was delivered, and left no trace.';
  const remedy =
    'The log of the predictor may tell more. The rows of this chunk count as failed; `dropscore job retry` scores them again.';
  return { code: 'chunk_failed', message: bounded(`${cause} ${remedy}`) };
}

function seenWords({ error, where, at, receives }: LastError): string {
  const place = where.at(-1);
  return `${error}${place ? ` in ${place}` : ''}, ${receives ? `on delivery ${receives} ` : ''}at ${at}`;
}

async function failJob(message: IntakeMessage, dependencies: DeadLetterDependencies): Promise<void> {
  if (message.type === 'cancel') {
    await dependencies.ledger.cancelJob(message.jobId, message.attempt, CANCELLED, dependencies.now());
    return;
  }
  // Approved all the same: a retry of the job then goes beyond the limit, as somebody wanted.
  if (message.type === 'approve')
    await dependencies.ledger.approveJob(message.jobId, message.attempt, dependencies.now());
  if (message.type !== 'start') {
    const view = await dependencies.ledger.readJob(message.jobId);
    return failUnlessSplit(view, INTAKE_FAILED, dependencies);
  }
  const pinned = await pinSource(message, { ...dependencies, describe: versionOnly(dependencies) });
  const rejected = new InputRejected(INTAKE_FAILED.code, INTAKE_FAILED.message);
  const view = await openJob(pinned, { rejected, notes: [] }, dependencies);
  await failUnlessSplit(view, INTAKE_FAILED, dependencies);
}

/** Another delivery may have split the job since: then its chunks decide how it ends; or as far as its limit, and a person does. */
async function failUnlessSplit(
  view: JobView | undefined,
  reason: Reason,
  { ledger, now }: DeadLetterDependencies,
): Promise<void> {
  if (!view || isTerminal(view.state.status)) return;
  if ((view.state.splitDone || isHeld(view.state)) && !view.state.reopening) return;
  await ledger.failJob(view.job.jobId, reason, now());
}

/**
 * Only a request without a version needs S3 to tell which one is meant. Where even that fails, the job is opened without: a
 * source that cannot be looked at is likely why the message was given up.
 */
const versionOnly =
  ({ describe }: DeadLetterDependencies): OpenDependencies['describe'] =>
  async (source) =>
    source.versionId === undefined ? describe(source).catch(() => undefined) : undefined;
