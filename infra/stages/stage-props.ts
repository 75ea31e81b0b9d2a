import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { CodeLocations } from '../code.ts';
import type { Settings } from '../settings.ts';
import type { Storage } from './storage.ts';

/** What every stage is built from. */
export interface StageProps {
  settings: Settings;
  storage: Storage;
  code: CodeLocations;
}

/** The chunk queues of all runtimes. */
export interface ChunkQueues {
  queues: sqs.Queue[];
  /** JSON: queue URL by runtime name. */
  urls: string;
}

/** Environment of the stages that send chunks. */
export const sendingChunks = ({ urls }: ChunkQueues): Record<string, string> => ({ CHUNK_QUEUE_URLS: urls });

/** Environment of the stages that may open a job: what is pinned in it. */
export const openingJobs = ({ settings, storage }: StageProps): Record<string, string> => ({
  INPUT_BUCKET: storage.input.bucketName,
  CHUNK_ROWS: String(settings.chunkRows),
  CHUNK_BYTES: String(settings.chunkBytes),
  MAX_RECORD_BYTES: String(settings.maxRecordBytes),
  OUTPUT: settings.output,
  ...(settings.maxRowsPerJob && { MAX_ROWS_PER_JOB: String(settings.maxRowsPerJob) }),
  ...(settings.scoresRetentionDays && { SCORES_RETENTION_DAYS: String(settings.scoresRetentionDays) }),
});
