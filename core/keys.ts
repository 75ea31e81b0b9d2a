import { createHash } from 'node:crypto';
import type { Job, ObjectVersion } from '../contracts/generated/types.ts';

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

export const OPEN_RUNS = 'open#runs';

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

export const runPartition = (runId: string) => `run#${runId}`;
export const runOfPartition = (partition: string) => partition.slice('run#'.length);
export const RUN = 'run';
export const runJobSort = (id: string) => `job#${id}`;
export const jobOfRunSort = (sort: string) => sort.slice('job#'.length);
/** The run whose turn it is with a model. */
export const turnPartition = (model: string) => `turn#${model}`;
export const TURN = 'turn';
export const schedulePartition = (schedule: string) => `schedule#${schedule}`;
export const PAUSE = 'pause';
/** @param time ISO 8601, UTC. */
export const runsMonthPartition = (time: string) => `runs#${time.slice(0, 7)}`;

/** What DynamoDB takes for a sort key, less what stands behind the source's key. */
const PLACE_BYTES = 1024 - 48;
/** Behind everything that follows a tab in a place. */
const LAST = '~';

/**
 * Where a job stands among those of its model: jobs of one key are neighbours, and among them those of one version. A key that is
 * too long for an index keeps its beginning, and a hash of it all.
 */
export const sourcePlace = (source: ObjectVersion, createdAt: string) =>
  `${versionPlace(source)}\t${createdAt}`;
/** Behind every job of this version, also those that are opened later. */
export const placeBehindVersion = (source: ObjectVersion) => `${versionPlace(source)}\t${LAST}`;
/** Behind every job of this key. */
export const placeBehindKey = ({ key }: ObjectVersion) => `${keyPlace(key)}\t${LAST}`;
/** The first and the last place of the keys that begin so. */
export const placesBelow = (prefix = ''): [string, string] => {
  const start = withinBytes(prefix, PLACE_BYTES - HASH_LENGTH);
  return [start || ' ', `${start}\u{10FFFF}`];
};

/** In the index of past jobs, those of one version that was tried beside another. No model is called so. */
export const shadowsPartition = ({ modelName, before, after }: VersionPair) =>
  `shadow#${modelName}#${before}#${after}`;

/** The version whose scores count, and the one that was tried. */
export interface VersionPair {
  modelName: string;
  before: number;
  after: number;
}

/**
 * Where the index of past jobs has a job: among those of its model; a shadow in the order of time, among those of the same two versions.
 * Only what has pinned a version is there.
 */
export function placeInPast({ jobId: id, modelName, model, source, createdAt, shadowOf: before }: Job) {
  if (!model) return undefined;
  if (before === undefined) return { modelOfPast: modelName, sourcePlace: sourcePlace(source, createdAt) };
  const modelOfPast = shadowsPartition({ modelName, before, after: model.version });
  return { modelOfPast, sourcePlace: `${createdAt}#${id}` };
}

const HASH_LENGTH = 16;
const hashed = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
const versionPlace = ({ key, versionId }: ObjectVersion) => `${keyPlace(key)}\t${hashed(versionId)}`;
const keyPlace = (key: string) =>
  Buffer.byteLength(key) <= PLACE_BYTES
    ? key
    : `${withinBytes(key, PLACE_BYTES - HASH_LENGTH)}${hashed(key)}`;

/** As much of a text as fits, without half a character at its end. */
function withinBytes(text: string, most: number): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > most) break;
    end += character.length;
  }
  return text.slice(0, end);
}

export const currentKey = (model: string) => `${model}/current.json`;
export const shadowKey = (model: string) => `${model}/shadow.json`;
/** The model whose pointer a key is; undefined for any other key. */
export function modelOfPointer(key: string): string | undefined {
  const [model, file, ...rest] = key.split('/');
  return model && file === 'current.json' && rest.length === 0 ? model : undefined;
}
/** One move of a pointer is one run. */
export const promotionRunId = ({ bucket, key, versionId }: ObjectVersion) =>
  `promotion@${hashed(JSON.stringify([bucket, key, versionId]))}`;
export const manifestKey = (model: string, version: number) => `${model}/${version}/manifest.json`;
export const incomingKey = (model: string, file: string) => `${INCOMING}${model}/${file}`;
export const uploadKey = (model: string, file: string) => `uploads/${model}/${file}`;
export const stagedHeaderKey = (id: string) => `staged/${id}/header.csv`;
export const stagedChunkKey = (id: string, chunk: number) => `staged/${id}/chunk-${padded(chunk, 7)}.csv`;
/** Rows of a joblib source, as unpacking stages them. */
export const stagedRowsKey = (id: string, chunk: number) => `staged/${id}/chunk-${padded(chunk, 7)}.npz`;
export const stagedIndexKey = (id: string) => `staged/${id}/index.json`;
export const setAsideKey = (queue: string, messageId: string) => `set-aside/${queue}/${messageId}.json`;
export const RESULTS = 'results/';
/** What shadow jobs write lies apart: nobody who reads all results of a model takes it for scores that count. */
export const SHADOW_RESULTS = 'shadow/';
export const resultsOfModel = (model: string, isShadow = false) =>
  `${isShadow ? SHADOW_RESULTS : RESULTS}${model}/`;
export const resultsPrefix = (model: string, id: string, isShadow = false) =>
  `${resultsOfModel(model, isShadow)}${id}/`;
export const resultPartKey = (model: string, id: string, chunk: number, isShadow = false) =>
  `${resultsPrefix(model, id, isShadow)}part-${padded(chunk, 5)}.csv.gz`;
export const successKey = (model: string, id: string, isShadow = false) =>
  `${resultsPrefix(model, id, isShadow)}_SUCCESS`;

/** The folder below `incoming/`, or undefined for a key that names no model. */
export function modelOfKey(key: string): string | undefined {
  const [folder, ...rest] = key.startsWith(INCOMING) ? key.slice(INCOMING.length).split('/') : [];
  return folder && rest.length > 0 ? folder : undefined;
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
