import type { ObjectVersion, StartMessage } from '../contracts/generated/types.ts';
import { jobId } from './keys.ts';

/** What somebody wants scored who asks for it instead of dropping it. */
export interface Asked {
  model: string;
  /** Of the model; the current one where absent. */
  version?: number | undefined;
  /** The share of rows that may fail; as the model says where absent. */
  toleratedErrors?: number | undefined;
}

/** A job's id holds neither the model's version nor what is tolerated: where they are asked for, its run id does. */
export function runIdOf({ version, toleratedErrors }: Asked): string | undefined {
  const parts = [
    ...(version === undefined ? [] : [`version-${version}`]),
    ...(toleratedErrors === undefined ? [] : [`tolerate-${toleratedErrors}`]),
  ];
  return parts.length > 0 ? parts.join('-') : undefined;
}

/** The intake message that asks for a job, and the job's id: asked for again in the same way, it is the same job. */
export function startRequest(
  source: ObjectVersion,
  asked: Asked,
  requestedBy: string,
): { jobId: string; message: StartMessage } {
  const { model, version, toleratedErrors } = asked;
  const runId = runIdOf(asked);
  return {
    jobId: jobId(source, model, runId),
    message: {
      type: 'start',
      source,
      model,
      ...(version !== undefined && { version }),
      ...(toleratedErrors !== undefined && { toleratedErrors }),
      requestedBy,
      ...(runId !== undefined && { runId }),
    },
  };
}
