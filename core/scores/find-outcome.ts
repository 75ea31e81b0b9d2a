import type { Score } from '../../contracts/generated/types.ts';
import { hasLines, type JobView } from '../job.ts';
import type { Ledger } from '../ledger.ts';
import { classNames, type Outcome, type ScoredModel } from './score-columns.ts';

/** Where single rows of a job can be read. */
interface ScoredRows {
  manifest: ScoredModel;
  some(rows: readonly number[]): Promise<Score[]>;
}

/**
 * What of a job's scores the manifest may leave to the model: the names of its classes, and whether its clusters have a
 * strength. Any scored row tells the first, and each chunk's ranking names one; there is a ranking only of what has a score.
 */
export async function findOutcome(
  { job }: JobView,
  ledger: Pick<Ledger, 'chunksOf'>,
  source: ScoredRows,
): Promise<Outcome> {
  return { ...(await modelsOutcome(job.jobId, ledger, source)), hasLines: hasLines(job) };
}

async function modelsOutcome(
  jobId: string,
  ledger: Pick<Ledger, 'chunksOf'>,
  source: ScoredRows,
): Promise<Omit<Outcome, 'hasLines'>> {
  const { output } = source.manifest;
  const listed = classNames(output);
  if (listed && output.kind !== 'cluster') return { classNames: listed, hasScore: listed.length > 0 };
  for await (const { statistics } of ledger.chunksOf(jobId)) {
    const [scored] = statistics?.top ?? [];
    if (!scored) continue;
    if (listed) return { classNames: listed, hasScore: true };
    const [score] = await source.some([scored.row]);
    return { classNames: Object.keys(score?.probabilities ?? {}).sort(byNumberThenText), hasScore: true };
  }
  return { classNames: [], hasScore: listed === undefined };
}

const byNumberThenText = new Intl.Collator('en', { numeric: true }).compare;
