import type { ObjectVersion } from '../../contracts/generated/types.ts';
import { placeBehindKey, placeBehindVersion } from '../keys.ts';
import type { PastJob } from './runs.ts';

/** Of a source that was scored many times, the newest jobs are enough to judge by: of the target version, and of others. */
const JOBS_KEPT = 3;

/** A version of an object that was scored before. */
export interface PastSource {
  source: ObjectVersion;
  sourceTime: string;
  /** Newest first. */
  jobs: PastJob[];
  /** The run has asked for it already: it is looked at once more. */
  askedFor: boolean;
  /** Behind it in the index. */
  place: string;
}

export interface Wanted {
  runId: string;
  version: number;
  sources: 'newest' | 'all';
  prefix?: string | undefined;
  since?: string | undefined;
}

/**
 * Consumes past jobs in the order of the index, in which those of one key are neighbours, and those of one version. Produces the sources
 * that are wanted. It holds one source at a time, however many there are.
 */
export async function* pastSources(
  jobs: AsyncIterable<PastJob>,
  { runId, version, sources, prefix = '', since = '' }: Wanted,
): AsyncGenerator<PastSource> {
  const place = sources === 'newest' ? placeBehindKey : placeBehindVersion;
  let best: PastSource | undefined;
  let current: PastSource | undefined;
  for await (const job of jobs) {
    if (!job.source.key.startsWith(prefix)) continue;
    if (current && isSame(current.source, job.source)) add(current, job, { runId, version });
    else {
      best = newer(best, current);
      const isBorder = sources === 'all' || best?.source.key !== job.source.key;
      if (best && isBorder) {
        if (best.sourceTime >= since) yield best;
        best = undefined;
      }
      current = first(job, place(job.source), { runId, version });
    }
  }
  const last = newer(best, current);
  if (last && last.sourceTime >= since) yield last;
}

type Target = Pick<Wanted, 'runId' | 'version'>;

const first = (job: PastJob, place: string, target: Target): PastSource => {
  const { source, sourceTime } = job;
  const found: PastSource = { source, sourceTime, jobs: [], askedFor: false, place };
  add(found, job, target);
  return found;
};

function add(found: PastSource, job: PastJob, { runId, version }: Target): void {
  if (job.runId === runId) found.askedFor = true;
  else {
    const isTarget = ({ model }: PastJob) => model.version === version;
    const alike = found.jobs.filter((other) => isTarget(other) === isTarget(job));
    const dropped = alike.length >= JOBS_KEPT ? alike.at(-1) : undefined;
    found.jobs = [job, ...found.jobs.filter((other) => other !== dropped)];
  }
  if (job.sourceTime > found.sourceTime) found.sourceTime = job.sourceTime;
}

/** Of two versions of a key; the later one where they are of the same moment. */
function newer(one: PastSource | undefined, other: PastSource | undefined): PastSource | undefined {
  if (!one || !other || one.source.key !== other.source.key) return other ?? one;
  return one.sourceTime > other.sourceTime ? one : other;
}

const isSame = (one: ObjectVersion, other: ObjectVersion): boolean =>
  one.versionId === other.versionId && one.key === other.key && one.bucket === other.bucket;
