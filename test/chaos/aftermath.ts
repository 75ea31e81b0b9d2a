import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { keysBelow } from '../../aws/s3-keys.ts';
import { theHost } from '../pipeline/host.ts';
import { checkAtRest, type Played, type Stage } from './play.ts';

const EVENTS = /\/events-[^/]*$/;
const DRAIN_LIMIT_MS = 120_000;
const POLL_MS = 500;

/** What must hold when everything has ended: nothing is under way, nothing was given up, and no job has changed since. */
export async function checkAftermath(played: readonly Played[], stage: Stage): Promise<string[]> {
  const { pipeline } = stage;
  const { QueueUrls = [] } = await pipeline.sqs.send(new ListQueuesCommand({}));
  const queues = QueueUrls.filter((url) => !EVENTS.test(url));
  const left = await Promise.all(queues.map((url) => pipeline.drained(url, DRAIN_LIMIT_MS)));
  const violations = queues.flatMap((url, i) =>
    left[i] === 0 ? [] : [`${left[i]} messages are left in ${url}`],
  );

  const workBucket = await theHost(pipeline).workBucket();
  for await (const key of keysBelow(pipeline.s3, workBucket, 'set-aside/'))
    violations.push(`${key} was set aside`);
  for (const jobId of await unfinished(stage)) violations.push(`job ${jobId} has unfinished business`);
  for (const one of played) violations.push(...(await changedSince(one, stage)));
  return violations;
}

/** Jobs that are open, or whose event is still to be sent when the wait ends. */
async function unfinished({ pipeline }: Stage): Promise<string[]> {
  const until = Date.now() + DRAIN_LIMIT_MS;
  for (; ; await sleep(POLL_MS)) {
    const open: string[] = [];
    for await (const jobId of pipeline.ledger.openJobs()) open.push(jobId);
    if (open.length === 0 || Date.now() > until) return open;
  }
}

/** A duplicate that came late must change nothing, unless it is a request for one more attempt. */
async function changedSince({ drop, view, violations }: Played, stage: Stage): Promise<string[]> {
  if (!view || violations.length > 0) return [];
  const { jobId } = view.job;
  const state = (await stage.pipeline.ledger.readJob(jobId))?.state;
  if (isDeepStrictEqual(state, view.state)) return [];
  const found =
    state?.attempt === view.state.attempt
      ? [`its state was ${JSON.stringify(view.state)}, and became ${JSON.stringify(state)}`]
      : await checkAtRest(drop, jobId, stage);
  return found.map((violation) => `seed ${drop.seed}, afterwards: ${violation}`);
}
