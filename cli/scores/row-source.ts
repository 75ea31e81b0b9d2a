import type { Chunk, ModelManifest, Score } from '../../contracts/generated/types.ts';
import type { JobView } from '../../core/job.ts';
import { resultPartKey } from '../../core/keys.ts';
import { readResultPart } from '../../core/scores/result-parts.ts';
import { isShadow } from '../../core/shadow.ts';
import type { Connection } from '../connection.ts';
import { Failure } from '../failure.ts';

/** Where the scores of a job are read from: its row items, or its result files where it writes no items. */
export interface RowSource {
  manifest: ModelManifest;
  /** Every row there is, in file order, in batches. */
  all(): AsyncIterable<Score[]>;
  /** The rows of one chunk that ended with an error. */
  errorsOf(chunk: Chunk): AsyncIterable<Score[]>;
  /** Single rows, in the order asked for; those without a score are left out. */
  some(rows: readonly number[]): Promise<Score[]>;
}

/** @throws Failure where the job never got as far as having a model. */
export async function rowSourceOf(view: JobView, connection: Connection): Promise<RowSource> {
  const manifest = await manifestOf(view, connection);
  return view.job.settings.output === 'files'
    ? fileSource(view, manifest, connection)
    : itemSource(view, manifest, connection);
}

async function itemSource(
  view: JobView,
  manifest: ModelManifest,
  connection: Connection,
): Promise<RowSource> {
  const { jobId } = view.job;
  const scores = await connection.scores();
  const rowsKnown = view.state.rowsTotal ?? view.state.checkpoint.row;
  const one = async (row: number) => {
    for await (const found of scores.scoresOf(jobId, row, row + 1)) return found;
    return [];
  };
  return {
    manifest,
    all: () => scores.scoresOf(jobId, 0, rowsKnown),
    errorsOf: ({ reference: { firstRow, rowCount } }) =>
      scores.scoresOf(jobId, firstRow, firstRow + rowCount, 'errors'),
    some: async (rows) => (await Promise.all(rows.map(one))).flat(),
  };
}

async function fileSource(
  view: JobView,
  manifest: ModelManifest,
  connection: Connection,
): Promise<RowSource> {
  const [objects, ledger] = await Promise.all([connection.objects(), connection.ledger()]);
  const { jobId, modelName } = view.job;
  const shadow = isShadow(view.job);
  const scoresOf = async ({ chunk }: Chunk): Promise<Score[]> => {
    const part = await objects.readResult(resultPartKey(modelName, jobId, chunk, shadow));
    if (part) return readResultPart(part, view, manifest);
    throw new Failure('results_missing', `The result file of chunk ${chunk} is no longer there.`, {
      remedy: 'This job writes files only, and a lifecycle rule may have removed them: score the file again.',
    });
  };
  async function* all() {
    for await (const chunk of ledger.chunksOf(jobId))
      if (chunk.status === 'done') yield await scoresOf(chunk);
  }
  return {
    manifest,
    all,
    async *errorsOf(chunk) {
      yield (await scoresOf(chunk)).filter(({ error }) => error !== undefined);
    },
    async some(rows) {
      const found = new Map<number, Score>();
      const wanted = new Set(rows);
      for await (const batch of all())
        for (const score of batch) if (wanted.has(score.row)) found.set(score.row, score);
      return rows.flatMap((row) => found.get(row) ?? []);
    },
  };
}

async function manifestOf({ job, state }: JobView, connection: Connection): Promise<ModelManifest> {
  if (!job.model)
    throw new Failure(
      'nothing_scored',
      `Job ${job.jobId} scored nothing: ${state.reason?.message ?? 'it has no model'}`,
      {
        remedy: `See: dropscore job show ${job.jobId}`,
      },
    );
  const manifest = await (await connection.models()).manifest(job.model.name, job.model.version);
  if (manifest) return manifest;
  throw new Failure(
    'manifest_missing',
    `The manifest of ${job.model.name} version ${job.model.version} is no longer in the models bucket.`,
    { remedy: 'Publish that version again: it names the columns of its scores.' },
  );
}
