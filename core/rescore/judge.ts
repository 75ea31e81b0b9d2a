import type { ObjectVersion, RescoreRun } from '../../contracts/generated/types.ts';
import type { JobView } from '../job.ts';
import type { Ledger } from '../ledger.ts';
import type { PastSource } from './past-sources.ts';
import type { Outcome } from './run.ts';

export interface JudgeDependencies {
  ledger: Pick<Ledger, 'readJobs'>;
  /** Undefined where there is no such version, or where the newest is a delete marker. */
  describe(source: {
    bucket: string;
    key: string;
    versionId?: string;
  }): Promise<{ object: ObjectVersion } | undefined>;
}

/** What becomes of a source in a run. */
export interface Judged {
  source: PastSource;
  outcome: Outcome;
  /** The job whose scores are out of date. */
  renews?: string;
  /** That it has, where it is known. */
  rows?: number;
}

export type Target = Pick<RescoreRun, 'version' | 'request'>;

/** Decides about a handful of sources: by how their jobs ended, then by what S3 has of them. */
export async function judge(
  sources: readonly PastSource[],
  run: Target,
  { ledger, describe }: JudgeDependencies,
): Promise<Judged[]> {
  const views = await ledger.readJobs(sources.flatMap(({ jobs }) => jobs.map(({ jobId }) => jobId)));
  const jobs = new Map(views.map((view) => [view.job.jobId, view]));
  return Promise.all(
    sources.map(async (source): Promise<Judged> => {
      const byJobs = byItsJobs(source, jobs, run);
      if (byJobs.outcome !== 'sent' || source.askedFor) return byJobs;
      const outcome = await byObject(source.source, run, describe);
      return outcome === 'sent' ? byJobs : { source, outcome };
    }),
  );
}

/** What this run has asked for stays asked for: its job may be in the index already when a killed step is done again. */
function byItsJobs(
  source: PastSource,
  jobs: ReadonlyMap<string, JobView>,
  { version, request }: Target,
): Judged {
  const scored = source.jobs.filter(({ jobId }) => mayHaveScores(jobs.get(jobId)));
  const outdated = scored.filter(({ model }) => request.scope === 'all' || model.version !== version);
  const renews = outdated[0]?.jobId;
  if (source.askedFor) return { source, outcome: 'sent', ...(renews && { renews }) };
  if (outdated.length < scored.length) return { source, outcome: 'alreadyScored' };
  if (renews === undefined) return { source, outcome: 'unscored' };
  const rows = jobs.get(renews)?.state.rowsTotal;
  return { source, outcome: 'sent', renews, ...(rows !== undefined && { rows }) };
}

/** A job that still runs will have them; of one that failed or was cancelled there is nothing to bring up to date. */
const mayHaveScores = (view: JobView | undefined): boolean =>
  view !== undefined && view.state.status !== 'failed' && view.state.status !== 'cancelled';

async function byObject(
  source: ObjectVersion,
  { request }: Target,
  describe: JudgeDependencies['describe'],
): Promise<Outcome> {
  const { bucket, key, versionId } = source;
  const newest = await describe({ bucket, key });
  if (newest?.object.versionId === versionId) return 'sent';
  if (newest && request.sources === 'newest') return 'superseded';
  if (!(await describe({ bucket, key, versionId }))) return 'gone';
  return newest ? 'sent' : 'deleted';
}
