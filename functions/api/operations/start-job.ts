import type { EndedJob, JobBody, StartedJob } from '../../../contracts/generated/api.ts';
import { isHeld, isTerminal, type JobView, statusOf } from '../../../core/job.ts';
import { jobJson } from '../../../core/job-json.ts';
import { pinModel } from '../../../core/pin-model.ts';
import { startRequest } from '../../../core/start-request.ts';
import type { Answer } from '../api.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { jobLinks } from '../links.ts';
import { Refusal } from '../refusal.ts';
import type { Input } from '../request.ts';
import { scorePage } from '../score-page.ts';

/** The gateway gives an answer 29 seconds. */
const LONGEST_WAIT_SECONDS = 25;
const POLL_MS = 300;
const FIRST_ROWS = 1000;

/** Starts a job for an object of the input bucket, as its drop would. */
export async function startJob(
  { body, headers, caller }: Input<unknown, unknown, JobBody>,
  dependencies: ApiDependencies,
): Promise<Answer> {
  const { ledger, sendToIntake, now } = dependencies;
  const begun = now();
  const { object } = await requireSource(body, dependencies);
  await pinModel(body.model, body.version, dependencies.models);
  const { jobId, message } = startRequest(object, body, `api:${caller ?? 'unknown'}`.slice(0, 64));
  const found = await ledger.readJob(jobId);
  if (!found) await sendToIntake(message);
  const wait = waitOf(headers.prefer);
  const view = wait === undefined ? found : await endOf(jobId, begun + wait * 1000, dependencies);
  const applied = wait === undefined ? {} : { 'preference-applied': `wait=${wait}` };
  if (wait !== undefined && view && isTerminal(view.state.status))
    return { headers: applied, body: await ended(view, dependencies) };
  return {
    status: 202,
    headers: { ...applied, location: `jobs/${jobId}`, 'retry-after': '2' },
    body: started(jobId, view),
  };
}

/** What is told of a job that is asked for, or goes on. */
export const started = (jobId: string, view: JobView | undefined): StartedJob => ({
  jobId,
  status: view ? statusOf(view.state) : 'requested',
  ...(view && { attempt: view.state.attempt }),
  links: jobLinks(jobId),
});

async function requireSource(
  { bucket, key, versionId }: JobBody,
  { inputBucket, describe }: ApiDependencies,
) {
  if (bucket !== inputBucket)
    throw new Refusal(
      400,
      'foreign_bucket',
      `Only objects of the input bucket are scored: copy it to ${inputBucket}, or ask for an upload.`,
      { errors: [{ pointer: '/bucket', code: 'foreign_bucket', message: `must be ${inputBucket}` }] },
    );
  const found = await describe({ bucket, key, ...(versionId !== undefined && { versionId }) });
  if (found) return found;
  throw new Refusal(
    404,
    'source_missing',
    versionId === undefined
      ? 'There is no object with this key in the input bucket.'
      : 'There is no such version of an object with this key in the input bucket.',
  );
}

/** Seconds that the caller wants to wait (RFC 7240, `wait`); what else is preferred is not known here. */
function waitOf(prefer = ''): number | undefined {
  const wait = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})/i.exec(prefer)?.[1];
  return wait === undefined ? undefined : Math.min(Number(wait), LONGEST_WAIT_SECONDS);
}

async function endOf(
  jobId: string,
  until: number,
  { ledger, now, sleep }: ApiDependencies,
): Promise<JobView | undefined> {
  for (;;) {
    const view = await ledger.readJob(jobId);
    if (now() + POLL_MS > until || (view && waitsForNothing(view))) return view;
    await sleep(POLL_MS);
  }
}

/** A held job waits for a person. */
const waitsForNothing = ({ state }: JobView): boolean => isTerminal(state.status) || isHeld(state);

async function ended(view: JobView, dependencies: ApiDependencies): Promise<EndedJob> {
  const { jobId } = view.job;
  const [summary, { scores, next }] = await Promise.all([
    dependencies.ledger.readSummary(jobId),
    scorePage(view, { from: 0, limit: FIRST_ROWS }, dependencies),
  ]);
  const links = jobLinks(jobId);
  return {
    jobId,
    status: view.state.status as EndedJob['status'],
    links,
    job: { ...jobJson(view, summary), links },
    predictions: scores,
    ...(next !== undefined && { next: `${links.scores}?from=${next}` }),
  };
}
