import type { OperationId } from '../../../contracts/api.ts';
import type { Answer } from '../api.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { approveJob, cancelJob, retryJob } from './attempts.ts';
import { getJob, listJobs } from './jobs.ts';
import { getModel, listModels } from './models.ts';
import { predict } from './predict.ts';
import { recordScores } from './records.ts';
import { getErrors, getScores } from './scores.ts';
import { startJob } from './start-job.ts';
import { createUpload } from './uploads.ts';

/** By `operationId`: each gets what the document lets pass. */
export const operations: Record<OperationId, (input: never, needs: ApiDependencies) => Promise<Answer>> = {
  listModels,
  getModel,
  predict,
  recordScores,
  startJob,
  listJobs,
  getJob,
  getScores,
  getErrors,
  retryJob,
  cancelJob,
  approveJob,
  createUpload,
};
