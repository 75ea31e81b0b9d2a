import prices from '../prices.json' with { type: 'json' };

/** The same work as somebody else would have it done. */
export interface Work {
  rows: number;
  /** Write units of a row’s item. */
  unitsPerRow: number;
  /** Of predict and write on one processor, as measured here. */
  msPerRow: number;
  memoryMiB: number;
  /** Of a row as JSON. */
  jsonBytes: number;
  /** Of predict alone. */
  predictMsPerRow: number;
}

const { dollars } = prices;
/** The most input that Distributed Map gives a child. */
const BATCH_BYTES = 256 * 1024;
const EXPRESS_GB = 64 / 1024;
const EXPRESS_STEP_MS = 100;
/** Start, map, end. */
const PARENT_TRANSITIONS = 3;
const PROCESSORS = 4;
/** Until the container answers; charged, and mostly longer. */
const TRANSFORM_START_SECONDS = 120;

const gb = ({ memoryMiB }: Work) => memoryMiB / 1024;
const rowWrites = ({ rows, unitsPerRow }: Work) => rows * unitsPerRow * dollars.writeUnit;

/**
 * Step Functions Distributed Map over the CSV: Express children, each with as many rows as fit, whose one task is a Lambda function
 * that predicts and writes. Their best case: no fixed time a batch, nothing is tried twice, and there is no ledger.
 */
export function distributedMap(work: Work): number {
  const rowsPerChild = Math.max(1, Math.floor(BATCH_BYTES / work.jsonBytes));
  const children = Math.ceil(work.rows / rowsPerChild);
  const childMs = Math.ceil((rowsPerChild * work.msPerRow) / EXPRESS_STEP_MS) * EXPRESS_STEP_MS;
  const express = dollars.expressRequest + (childMs / 1000) * EXPRESS_GB * dollars.expressGbSecond;
  const compute = ((work.rows * work.msPerRow) / 1000) * gb(work) * dollars.lambdaGbSecond;
  return (
    PARENT_TRANSITIONS * dollars.stateTransition +
    children * (express + dollars.lambdaRequest) +
    compute +
    rowWrites(work)
  );
}

/** SageMaker Batch Transform on one instance whose processors are all busy. The results are files in S3. */
export function batchTransform({ rows, predictMsPerRow }: Work): number {
  const seconds = TRANSFORM_START_SECONDS + (rows * predictMsPerRow) / 1000 / PROCESSORS;
  return (seconds / 3600) * dollars.transformInstanceHour;
}

/** The same with its results loaded into a table, by functions that take no longer for a row than ours do for everything. */
export function batchTransformToTable(work: Work): number {
  const loading =
    ((work.rows * (work.msPerRow - work.predictMsPerRow)) / 1000) * gb(work) * dollars.lambdaGbSecond;
  return batchTransform(work) + Math.max(0, loading) + rowWrites(work);
}
