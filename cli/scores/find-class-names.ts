import type { JobView } from '../../core/job.ts';
import type { Ledger } from '../../core/ledger.ts';
import type { RowSource } from './row-source.ts';
import { classNames } from './score-columns.ts';

/**
 * The names of a job's classes. A manifest may leave them to the model; then any scored row tells them, and each chunk's
 * ranking names one.
 */
export async function findClassNames(
  { job }: JobView,
  ledger: Pick<Ledger, 'chunksOf'>,
  source: RowSource,
): Promise<readonly string[]> {
  const listed = classNames(source.manifest.output);
  if (listed) return listed;
  for await (const { statistics } of ledger.chunksOf(job.jobId)) {
    const [scored] = statistics?.top ?? [];
    if (!scored) continue;
    const [score] = await source.some([scored.row]);
    return Object.keys(score?.probabilities ?? {}).sort(byNumberThenText);
  }
  return [];
}

const byNumberThenText = new Intl.Collator('en', { numeric: true }).compare;
