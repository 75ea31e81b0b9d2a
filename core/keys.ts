import { createHash } from 'node:crypto';
import type { ObjectVersion } from '../contracts/generated/types.ts';

/**
 * Every storage key is built and parsed here. The formats are a contract: contracts/examples/keys.json holds
 * examples that this file and the predictor's `keys.py` both reproduce.
 */

export const INCOMING = 'incoming/';
export const ROWS_PER_BLOCK = 1000;

/**
 * One source scored with one model, by one request. Without the model's version: the first open pins that, and a
 * redelivery after a promotion must find the same job.
 */
export function jobId(source: ObjectVersion, modelName: string, runId = 'drop'): string {
  const identity = JSON.stringify([source.bucket, source.key, source.versionId, modelName, runId]);
  return createHash('sha256').update(identity).digest('hex').slice(0, 24);
}

export const jobPartition = (id: string) => `job#${id}`;
export const jobOfPartition = (partition: string) => partition.slice('job#'.length);
export const INFO = 'info';
export const STATE = 'state';
export const SUMMARY = 'summary';
export const CHUNK_PREFIX = 'chunk#';
export const chunkSort = (chunk: number) => `${CHUNK_PREFIX}${padded(chunk, 7)}`;

export const OPEN_SHARDS: readonly string[] = [...'0123456789abcdef'].map((digit) => `open#${digit}`);
export const openShard = (id: string) => `open#${id.charAt(0)}`;

/** @param time ISO 8601, UTC. */
export const monthPartition = (time: string) => `jobs#${time.slice(0, 7)}`;

/** A partition takes 1,000 writes a second, so a job's rows lie in blocks of 1,000 that a chunk writes in turn. */
export const scorePartition = (id: string, row: number) => `${id}#${Math.floor(row / ROWS_PER_BLOCK)}`;
export const recordPartition = (model: string, recordId: string) => `${model}#${recordId}`;
export const forgottenPartition = (model: string) => `forgotten#${model}`;
/** Where forgotten records were; apart, as predictors read the partition of the records themselves. */
export const forgottenPlacesPartition = (model: string) => `forgotten-places#${model}`;
/** A forgotten record: the id itself is nowhere kept. */
export const forgottenSort = (model: string, recordId: string) =>
  createHash('sha256').update(recordPartition(model, recordId)).digest('hex');
/** @public The predictor writes it; it stands here too, so that one file knows every format. */
export const recordOrder = (sourceTime: string, version: number, id: string, row: number) =>
  `${sourceTime}#${padded(version, 8)}#${id}#${padded(row, 12)}`;

export const currentKey = (model: string) => `${model}/current.json`;
export const manifestKey = (model: string, version: number) => `${model}/${version}/manifest.json`;
export const incomingKey = (model: string, file: string) => `${INCOMING}${model}/${file}`;
export const uploadKey = (model: string, file: string) => `uploads/${model}/${file}`;
export const stagedHeaderKey = (id: string) => `staged/${id}/header.csv`;
export const stagedChunkKey = (id: string, chunk: number) => `staged/${id}/chunk-${padded(chunk, 7)}.csv`;
/** Rows of a joblib source, as unpacking stages them. */
export const stagedRowsKey = (id: string, chunk: number) => `staged/${id}/chunk-${padded(chunk, 7)}.npz`;
export const stagedIndexKey = (id: string) => `staged/${id}/index.json`;
export const setAsideKey = (queue: string, messageId: string) => `set-aside/${queue}/${messageId}.json`;
export const resultsOfModel = (model: string) => `results/${model}/`;
export const resultsPrefix = (model: string, id: string) => `${resultsOfModel(model)}${id}/`;
export const resultPartKey = (model: string, id: string, chunk: number) =>
  `${resultsPrefix(model, id)}part-${padded(chunk, 5)}.csv.gz`;
export const successKey = (model: string, id: string) => `${resultsPrefix(model, id)}_SUCCESS`;

/** The folder below `incoming/`, or undefined for a key that names no model. */
export function modelOfKey(key: string): string | undefined {
  const [folder, ...rest] = key.startsWith(INCOMING) ? key.slice(INCOMING.length).split('/') : [];
  return folder && rest.length > 0 ? folder : undefined;
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
