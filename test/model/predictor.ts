import type { ChunkMessage, Reason } from '../../contracts/generated/types.ts';
import type { Ledger } from '../../core/ledger.ts';
import type { ChunkReport } from '../unit/memory-ledger.ts';
import { Fault } from './simulation.ts';

export interface PredictorDependencies {
  ledger: Pick<Ledger, 'readJob' | 'readChunk' | 'failJob'> & {
    endChunk(message: ChunkMessage, report: ChunkReport, at: string): Promise<boolean>;
  };
  loadModel(message: ChunkMessage): Promise<void>;
  writeScores(message: ChunkMessage): Promise<ChunkReport>;
  putResult(message: ChunkMessage): Promise<void>;
  sendAgain(message: ChunkMessage): Promise<void>;
  now(): string;
}

export class Throttled extends Fault {}
export class JobFailed extends Fault {}

const REFUSED: Reason = { code: 'artifact_corrupt', message: 'The artifact is not the one of the manifest.' };

/** `score_chunk` of `dropscore_predictor/chunk.py`, call by call, with a model that needs no loading. */
export async function scoreChunk(message: ChunkMessage, dependencies: PredictorDependencies): Promise<void> {
  try {
    await scoreOrFailJob(message, dependencies);
  } catch (error) {
    if (!(error instanceof Throttled)) throw error;
    await dependencies.sendAgain(message);
  }
}

async function scoreOrFailJob(message: ChunkMessage, dependencies: PredictorDependencies): Promise<void> {
  try {
    await score(message, dependencies);
  } catch (error) {
    if (!(error instanceof JobFailed)) throw error;
    await dependencies.ledger.failJob(message.jobId, REFUSED, dependencies.now());
  }
}

async function score(message: ChunkMessage, dependencies: PredictorDependencies): Promise<void> {
  const { ledger, loadModel, writeScores, putResult, now } = dependencies;
  if (!(await isWanted(message, ledger))) return;
  await loadModel(message);
  const report = await writeScores(message);
  await putResult(message);
  if (await ledger.endChunk(message, report, now())) return;
  if (await isWanted(message, ledger))
    throw new Fault('The ledger refused the end of a chunk that it holds open.');
}

async function isWanted({ jobId, chunk, attempt }: ChunkMessage, ledger: PredictorDependencies['ledger']) {
  if ((await ledger.readJob(jobId))?.state.status !== 'running') return false;
  const written = await ledger.readChunk(jobId, chunk);
  return written?.status === 'open' && written.attempt === attempt;
}
