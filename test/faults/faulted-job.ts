import { putObject } from '../../aws/s3-objects.ts';
import { sendMessages } from '../../aws/sqs-sender.ts';
import type { ObjectVersion } from '../../contracts/generated/types.ts';
import { jobId } from '../../core/keys.ts';
import type { Pipeline } from '../pipeline/open-pipeline.ts';
import type { Fault, FaultProxy, Injected, Rule } from './proxy.ts';

/** A job that waits for its start, so that what is to befall it can be put in its way first. */
export interface FaultedJob {
  id: string;
  source: ObjectVersion;
  /** What was put in its way, oldest first. */
  injected: readonly Injected[];
  /** Befalls only requests that are about this job. */
  fault(rule: Rule, fault: Fault): Injected;
  /** Puts its message on the intake queue, so many times at once. */
  start(options?: { times?: number; eventTime?: string }): Promise<void>;
  /** Puts what its user asks for on the intake queue. */
  ask(request: { type: 'cancel' | 'retry'; attempt: number }): Promise<void>;
}

/** Uploads a source and starts nothing, unless its key is one that S3 tells of. */
export async function faultedJob(
  { pipeline, proxy }: { pipeline: Pipeline; proxy: FaultProxy },
  { key, model, body }: { key: string; model: string; body: string | Buffer },
): Promise<FaultedJob> {
  const { resources, s3, sqs } = pipeline;
  const source = await putObject(s3, resources.inputBucket, key, body, 'text/csv');
  const id = jobId(source, model);
  const injected: Injected[] = [];
  return {
    ...{ id, source, injected },
    fault(rule, fault) {
      const own = proxy.inject({ about: id, ...rule }, fault);
      injected.push(own);
      return own;
    },
    start: ({ times = 1, eventTime } = {}) => {
      const requested = { ...source, ...(eventTime && { eventTime }) };
      const message = { type: 'start', source: requested, model, requestedBy: 'fault' };
      return sendMessages(sqs, resources.intakeQueueUrl, Array(times).fill(JSON.stringify(message)));
    },
    ask: (request) =>
      sendMessages(sqs, resources.intakeQueueUrl, [JSON.stringify({ jobId: id, ...request })]),
  };
}
