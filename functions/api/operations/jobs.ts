import type { JobList } from '../../../contracts/generated/api.ts';
import { type JobStatus, type JobView, statusOf } from '../../../core/job.ts';
import { jobJson } from '../../../core/job-json.ts';
import type { JobPlace } from '../../../core/ledger.ts';
import type { Answer } from '../api.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { requireJob } from '../find-job.ts';
import { jobLinks, nextPage } from '../links.ts';
import type { Input } from '../request.ts';

/** Jobs that one request looks at: where few match, a page ends there. */
const MOST_LOOKED_AT = 500;

interface JobQuery {
  model?: string;
  status?: JobStatus | 'held';
  limit: number;
  cursor?: string;
}

export async function listJobs(
  { query }: Input<unknown, JobQuery, unknown>,
  { ledger, now }: ApiDependencies,
): Promise<Answer> {
  const { model, status, limit, cursor } = query;
  const jobs: JobView[] = [];
  let [lookedAt, last]: [number, JobPlace | undefined] = [0, undefined];
  for await (const view of ledger.recentJobs(new Date(now()).toISOString(), placeOf(cursor))) {
    if (jobs.length === limit || lookedAt === MOST_LOOKED_AT) return page(jobs, query, last);
    lookedAt++;
    last = view.job;
    if (model !== undefined && view.job.modelName !== model) continue;
    if (status !== undefined && statusOf(view.state) !== status) continue;
    jobs.push(view);
  }
  return page(jobs, query, undefined);
}

export async function getJob(
  { path }: Input<{ jobId: string }, unknown, unknown>,
  { ledger }: ApiDependencies,
): Promise<Answer> {
  const [view, summary] = await Promise.all([requireJob(path.jobId, ledger), ledger.readSummary(path.jobId)]);
  return { body: { ...jobJson(view, summary), links: jobLinks(path.jobId) } };
}

function page(jobs: readonly JobView[], query: JobQuery, last: JobPlace | undefined): Answer {
  const { model, status, limit } = query;
  const more = last && nextPage('/jobs', { model, status, limit, cursor: `${last.createdAt},${last.jobId}` });
  const list: JobList = {
    jobs: jobs.map((view) => ({ ...jobJson(view), links: jobLinks(view.job.jobId) })),
    ...(more && { next: more.next }),
  };
  return { ...(more && { headers: more.headers }), body: list };
}

function placeOf(cursor: string | undefined): JobPlace | undefined {
  const [createdAt = '', jobId = ''] = cursor?.split(',') ?? [];
  return cursor === undefined ? undefined : { createdAt, jobId };
}
