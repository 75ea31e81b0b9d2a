import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENCE_MS, POLL_MS, until } from '../../bench/until.ts';
import type { Connection } from '../../cli/connection.ts';
import { findingLine, Report } from '../../cli/verify/report.ts';
import { openStores, type VerifyStores } from '../../cli/verify/stores.ts';
import { verifyJob } from '../../cli/verify/verify-job.ts';
import { isTerminal, type JobView } from '../../core/job.ts';
import type { Ledger } from '../../core/ledger.ts';
import { atOnce } from './at-once.ts';
import type { Dropped } from './heavy-stack.ts';

const VERIFIED_AT_ONCE = 4;

/**
 * Waits for the end of each job, in the order in which they were dropped, and then until the event of each is sent.
 *
 * @throws where one makes no progress.
 */
export async function allEnded(
  ledger: Ledger,
  dropped: readonly Dropped[],
  onEnd: (ended: number) => void,
): Promise<JobView[]> {
  const views: JobView[] = [];
  for (const { jobId } of dropped) {
    views.push(await until(ledger, jobId, ({ status }) => isTerminal(status)));
    onEnd(views.length);
  }
  for (
    const deadline = Date.now() + PATIENCE_MS;
    (await countOf(ledger.openJobs())) > 0;
    await sleep(POLL_MS)
  )
    if (Date.now() > deadline) throw new Error('Jobs that have ended are not announced.');
  return views;
}

/** What all jobs came to. */
export interface Account {
  /** Jobs in the ledger, whoever started them. */
  jobs: number;
  byStatus: Record<string, number>;
  rows: number;
  scored: number;
  failed: number;
  /** Where a job, verified as `dropscore job verify` does it, does not hold; or does not have the rows that were dropped. */
  findings: string[];
}

/** Verifies every job, and counts what they are together. */
export async function accountFor(
  connection: Connection,
  dropped: readonly Dropped[],
  views: readonly JobView[],
  onVerified: (verified: number) => void,
): Promise<Account> {
  const ledger = await connection.ledger();
  const account: Account = { jobs: 0, byStatus: {}, rows: 0, scored: 0, failed: 0, findings: [] };
  const [first] = views;
  if (!first) return account;
  // All jobs have one model, so one manifest.
  const stores = await openStores(connection, first.job, Date.now());
  let verified = 0;
  await atOnce(VERIFIED_AT_ONCE, [...views.entries()], async ([index, view]) => {
    const { jobId, status, rowsTotal = 0, rowsScored, rowsFailed } = view.state;
    account.byStatus[status] = (account.byStatus[status] ?? 0) + 1;
    account.rows += rowsTotal;
    account.scored += rowsScored;
    account.failed += rowsFailed;
    const rows = dropped[index]?.rows;
    if (rows !== rowsTotal) account.findings.push(`${jobId}: ${rowsTotal} rows of ${rows}`);
    account.findings.push(...(await findingsOf(view, stores)));
    onVerified(++verified);
  });
  account.jobs = await countOf(ledger.recentJobs(new Date().toISOString()));
  return account;
}

async function findingsOf(view: JobView, stores: VerifyStores): Promise<string[]> {
  const report = new Report();
  for await (const finding of verifyJob(view, stores, report.course)) report.add(finding);
  return report.findings.map((finding) => `${view.job.jobId}: ${findingLine(finding)}`);
}

async function countOf(items: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of items) count++;
  return count;
}
