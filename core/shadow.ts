import type { Job, StartMessage } from '../contracts/generated/types.ts';
import { jobId } from './keys.ts';
import type { OpenSettings } from './open-job.ts';

/**
 * A shadow job scores a source once more, with a version that is being tried beside the current one. It renews the job whose scores
 * count, so that it is compared with it; its own scores are kept apart from all that look for scores.
 */
export const isShadow = ({ shadowOf }: Pick<Job, 'shadowOf'>): boolean => shadowOf !== undefined;

/** The shadow that a job pinned, and the message that asks for it: asked for again, it is the same job. */
export function shadowRequest(job: Job): { jobId: string; message: StartMessage } | undefined {
  const { modelName, model, shadow, source, sourceTime } = job;
  if (shadow === undefined || !model) return undefined;
  const runId = `shadow-${shadow}-of-${job.jobId}`;
  return {
    jobId: jobId(source, modelName, runId),
    message: {
      type: 'start',
      source: { ...source, eventTime: sourceTime },
      model: modelName,
      version: shadow,
      requestedBy: 'shadow',
      runId,
      renews: job.jobId,
      shadowOf: model.version,
    },
  };
}

/**
 * Files alone: row items are most of what a job costs, and the by-record index is no place for scores that do not count. No limit of rows:
 * the source is within it, or somebody has approved of it.
 */
export function shadowSettings<Settings extends Omit<OpenSettings, 'inputBucket'>>({
  maxRowsPerJob,
  ...settings
}: Settings): Omit<Settings, 'maxRowsPerJob'> {
  return { ...settings, output: 'files' };
}
