import type { ModelManifest } from '../../contracts/generated/types.ts';
import { type JobView, statusOf } from '../../core/job.ts';
import type { VersionPair } from '../../core/keys.ts';
import type { ShadowEvidence } from '../shadow-evidence.ts';
import { percent, signed, tierOrderOf } from './comparison.ts';
import { STATUS_WORDS } from './job-details.ts';
import { jobsComparisonDetails } from './jobs-comparison.ts';
import { approximately, count, counted, moment } from './quantities.ts';
import { table } from './table.ts';

export interface ShadowFacts {
  versions: VersionPair;
  setAt: string;
  evidence: ShadowEvidence;
  /** Of the version that is tried. */
  manifest: ModelManifest;
  width: number | undefined;
}

/** What a version in the shadow has shown so far, for people who think of promoting it. */
export function shadowDetails({ versions, setAt, evidence, manifest, width }: ShadowFacts): string {
  const { modelName, before, after } = versions;
  const { completed, failed, running, comparison, jobs } = evidence;
  const heading: [string, string][] = [
    ['current', `${modelName}@${before}`],
    ['shadow', `${modelName}@${after}, since ${moment(setAt)}`],
    ['jobs', `${counted(completed, 'job')} with scores, ${count(failed)} failed, ${count(running)} running`],
  ];
  return [
    jobsComparisonDetails(heading, comparison, tierOrderOf(manifest), width),
    ...(jobs.length > 0 ? [jobTable(jobs, width)] : []),
  ].join('\n\n');
}

const jobTable = (jobs: readonly JobView[], width: number | undefined): string =>
  table(
    [
      { title: 'JOB' },
      { title: 'STATUS' },
      { title: 'FILE', shrinks: true },
      { title: 'ROWS', align: 'right' },
      { title: 'MEAN', align: 'right' },
      { title: 'PSI', align: 'right' },
      { title: 'OTHER TIER', align: 'right' },
    ],
    jobs.map(({ job, state }) => {
      const { rowsInCommon, meanDifference, psi, tierChangedShare } = state.comparison ?? {};
      return [
        job.jobId,
        STATUS_WORDS[statusOf(state)],
        job.source.key,
        rowsInCommon === undefined ? '' : count(rowsInCommon),
        meanDifference === undefined ? '' : signed(meanDifference),
        psi === undefined ? '' : approximately(psi),
        tierChangedShare === undefined ? '' : percent(tierChangedShare),
      ];
    }),
    width,
  );
