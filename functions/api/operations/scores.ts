import type { ScorePage } from '../../../contracts/generated/api.ts';
import type { Score } from '../../../contracts/generated/types.ts';
import { type JobView, statusOf } from '../../../core/job.ts';
import { pinnedManifest } from '../../../core/pin-model.ts';
import { csvLines } from '../../../core/scores/csv.ts';
import { findOutcome } from '../../../core/scores/find-outcome.ts';
import { scoreColumns } from '../../../core/scores/score-columns.ts';
import type { Answer } from '../api.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { requireJob } from '../find-job.ts';
import { nextPage } from '../links.ts';
import type { Input } from '../request.ts';
import { requireRows, scorePage } from '../score-page.ts';

interface RowQuery {
  from: number;
  limit: number;
  format: 'json' | 'csv';
}

type RowInput = Input<{ jobId: string }, RowQuery, unknown>;

export const getScores = (input: RowInput, dependencies: ApiDependencies): Promise<Answer> =>
  rowsOf('scores', input, dependencies);

export const getErrors = (input: RowInput, dependencies: ApiDependencies): Promise<Answer> =>
  rowsOf('errors', input, dependencies);

async function rowsOf(
  what: 'scores' | 'errors',
  { path: { jobId }, query }: RowInput,
  dependencies: ApiDependencies,
): Promise<Answer> {
  const view = await requireJob(jobId, dependencies.ledger);
  requireRows(view);
  const only = what === 'errors' ? { only: 'errors' as const } : {};
  const { scores, next } = await scorePage(view, { ...query, ...only }, dependencies);
  const more = next === undefined ? undefined : nextPage(`/jobs/${jobId}/${what}`, { ...query, from: next });
  const headers = more ? { headers: more.headers } : {};
  if (query.format === 'csv') return { ...headers, body: await asCsv(view, scores, dependencies) };
  const body: ScorePage = { jobId, status: statusOf(view.state), scores, ...(more && { next: more.next }) };
  return { ...headers, body };
}

async function asCsv(
  view: JobView,
  scores: readonly Score[],
  { models, ledger, scores: reader }: ApiDependencies,
): Promise<string> {
  const manifest = await pinnedManifest(view.job, models);
  const some = async ([row = 0]: readonly number[]) => {
    for await (const found of reader.scoresOf(view.job.jobId, row, row + 1)) return found;
    return scores.filter((score) => score.row === row);
  };
  const columns = scoreColumns(manifest, await findOutcome(view, ledger, { manifest, some }));
  return csvLines([
    columns.map(({ title }) => title),
    ...scores.map((score) => columns.map(({ cell }) => cell(score))),
  ]);
}
