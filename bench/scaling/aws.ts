import { CHUNKS_A_STEP } from '../../core/chunk-message.ts';
import { maximumConcurrency } from '../../infra/derived-settings.ts';
import type { Settings } from '../../infra/settings.ts';
import { ASSUMED, QUOTAS } from './quotas.ts';
import type { Told, World } from './world.ts';

/** What was measured here, by `npm run bench -- --only settings` in November 2026; a row has 20 numbers and 3 texts. */
export const MEASURED = {
  bytesOfARow: 215,
  /** CPU to parse and to predict: between XGBoost and LightGBM, with one virtual CPU. */
  scoreMicroseconds: 4.6,
  fileMicroseconds: 1,
  /** What one predictor writes by four threads, a batch taking 10 ms; what it costs to build the items is in it. */
  writeRows: 8300,
} as const;

/** Of the open chunk, and of the transaction of its end: an item of 4 KB and the counters, each twice. */
export const LEDGER_UNITS_A_CHUNK = 11;
/** Of a slice of fan-out, the message that goes on and the source opened again. */
const SLICE_SECONDS = 100;
const OPEN_SECONDS = 1;
/** What a predictor keeps of its time to send a message again. */
const RESERVE_SECONDS = 10;
const GETS_A_CHUNK = 2;

/** What an operator can ask of AWS. */
export interface Asked {
  /** Write units that table and index take at once. */
  warmUnits?: number;
  /** Their quota. */
  tableUnits?: number;
  lambdaConcurrency?: number;
}

/** An account on AWS with default quotas, apart from what was asked for. */
export function aws({ output, chunkRows }: Settings, asked: Asked = {}): World {
  const seconds = (microseconds: number) => (chunkRows * microseconds) / 1e6;
  const fileSeconds = output === 'rows' ? 0 : seconds(MEASURED.fileMicroseconds);
  const readSeconds = (chunkRows * MEASURED.bytesOfARow) / (ASSUMED.streamMegabytes.value * 1e6);
  const cutSeconds = readSeconds + ASSUMED.stepSeconds.value / CHUNKS_A_STEP;
  return {
    lambdaConcurrency: asked.lambdaConcurrency ?? QUOTAS.lambdaConcurrency.value,
    pollersAtFirst: QUOTAS.pollersAtFirst.value,
    pollersASecond: QUOTAS.pollersAMinute.value / 60,
    newTableUnits: asked.warmUnits ?? QUOTAS.newTableUnits.value,
    tableUnits: asked.tableUnits ?? QUOTAS.tableUnits.value,
    partitionUnits: QUOTAS.partitionUnits.value,
    doublingSeconds: QUOTAS.doublingSeconds.value,
    s3Chunks: Math.min(QUOTAS.s3Puts.value, QUOTAS.s3Gets.value / GETS_A_CHUNK),
    endsOfAJob: Math.min(
      1 / ASSUMED.transactionSeconds.value,
      QUOTAS.partitionUnits.value / LEDGER_UNITS_A_CHUNK,
    ),
    openSeconds: OPEN_SECONDS,
    splitRows: (chunkRows / cutSeconds) * (SLICE_SECONDS / (SLICE_SECONDS + OPEN_SECONDS)),
    coldStartSeconds: ASSUMED.coldStartSeconds.value,
    chunkSeconds: ASSUMED.requestsSeconds.value + seconds(MEASURED.scoreMicroseconds) + fileSeconds,
    writeRows: output === 'files' ? Infinity : MEASURED.writeRows,
    hostSeconds: 0,
    machineRows: Infinity,
  };
}

/** What settings come to for the runtime `classic`. */
export function toldBy(settings: Settings): Told {
  const { classic } = settings.runtimes;
  if (!classic) throw new Error('The runtime classic is left out.');
  return {
    chunkRows: settings.chunkRows,
    predictors: maximumConcurrency(settings, classic),
    fanOuts: settings.fanOutConcurrency,
    patienceSeconds: classic.timeoutSeconds - RESERVE_SECONDS,
  };
}
