import type { Chunk, Job, JobSummary } from '../../contracts/generated/types.ts';
import { jobId } from '../../core/keys.ts';

export const NOW = '2026-11-20T19:00:00.000Z';
export const SOURCE = { bucket: 'input', key: 'incoming/tumours/a.csv', versionId: 'v1' };
export const MODEL = { name: 'tumours', version: 2, manifestSha256: 'a'.repeat(64), runtime: 'classic' };

export const aJob = (changes: Partial<Job> = {}): Job => ({
  jobId: jobId(SOURCE, MODEL.name),
  modelName: MODEL.name,
  model: MODEL,
  source: SOURCE,
  sourceTime: NOW,
  sourceBytes: 1000,
  format: 'csv',
  dialect: { delimiter: ',', decimal: '.' },
  header: { object: SOURCE, byteStart: 0, byteEnd: 4 },
  firstRecord: { byte: 4, line: 2 },
  createdAt: NOW,
  requestedBy: 'drop',
  settings: { chunkRows: 2, chunkBytes: 1000, maxRecordBytes: 100, output: 'both' },
  notes: [],
  ...changes,
});

export const aChunk = (changes: Partial<Chunk> = {}): Chunk => ({
  jobId: aJob().jobId,
  chunk: 0,
  status: 'open',
  attempt: 1,
  reference: { object: SOURCE, byteStart: 4, byteEnd: 12, firstRow: 0, firstLine: 2, rowCount: 2 },
  ...changes,
});

export const aSummary = (changes: Partial<JobSummary> = {}): JobSummary => ({
  jobId: aJob().jobId,
  attempt: 1,
  status: 'completed',
  modelName: MODEL.name,
  source: SOURCE,
  rowsTotal: 4,
  rowsScored: 4,
  rowsFailed: 0,
  chunksTotal: 2,
  chunksFailed: 0,
  rowsNotIndexed: 0,
  errorCounts: [],
  failedChunks: [],
  statistics: { count: 0 },
  notes: [],
  ...changes,
});
