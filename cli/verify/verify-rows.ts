import type { Chunk, Job, Score } from '../../contracts/generated/types.ts';
import type { JobView } from '../../core/job.ts';
import { resultPartKey, resultsPrefix, successKey } from '../../core/keys.ts';
import { readResultPart } from '../../core/scores/result-parts.ts';
import { isShadow } from '../../core/shadow.ts';
import { checkCounts } from './check-chunks.ts';
import { RowCheck, type RowRules } from './check-rows.ts';
import type { Course } from './course.ts';
import type { Finding } from './finding.ts';
import type { VerifyStores } from './stores.ts';

/** Compares the items of a chunk with its result file, and both with its counts. Of a chunk that was not scored, items may be there. */
export async function* verifyRows(
  view: JobView,
  chunk: Chunk,
  stores: VerifyStores,
  course: Course,
): AsyncGenerator<Finding> {
  const { job } = view;
  const { compared } = course;
  const mustBeThere = chunk.status === 'done';
  const rules = { job, chunk: chunk.chunk, reference: chunk.reference, mustBeThere };

  let file: readonly Score[] | undefined;
  if (mustBeThere && job.settings.output !== 'rows') {
    const read = await readFile(view, chunk, stores, course);
    if ('kind' in read) yield read;
    else file = read.rows;
  }
  const fileCheck = new RowCheck({ ...rules, about: 'file' });
  if (file) {
    yield* fileCheck.push(file);
    yield* fileCheck.end();
    compared.file += file.length;
  }
  if (!hasItems(job, stores, course)) {
    if (file) yield* checkCounts(chunk, fileCheck.counts, 'file');
    return;
  }
  const itemCheck = new RowCheck({ ...rules, about: 'item', ...(file && { file }) });
  yield* throughItems(itemCheck, rules, stores, course);
  if (mustBeThere) yield* checkCounts(chunk, itemCheck.counts, 'items');
}

async function* throughItems(
  check: RowCheck,
  { job, reference: { firstRow, rowCount } }: Pick<RowRules, 'job' | 'reference'>,
  { scores }: VerifyStores,
  { compared }: Course,
): AsyncGenerator<Finding> {
  for await (const batch of scores.scoresOf(job.jobId, firstRow, firstRow + rowCount)) {
    compared.item += batch.length;
    yield* check.push(batch);
  }
  yield* check.end();
}

/** Items that have expired may be gone, and one by one. */
function hasItems({ settings }: Job, { now }: VerifyStores, { notes }: Course): boolean {
  if (settings.output === 'files') return false;
  if (settings.expiresAt === undefined || settings.expiresAt * 1000 > now) return true;
  note(notes, 'The score items have expired: they were not compared.');
  return false;
}

function note(notes: string[], sentence: string): void {
  if (!notes.includes(sentence)) notes.push(sentence);
}

async function readFile(
  view: JobView,
  { chunk }: Chunk,
  { objects, manifest }: VerifyStores,
  { notes }: Course,
): Promise<{ rows?: readonly Score[] } | Finding> {
  const { job } = view;
  const part = await objects.readResult(resultPartKey(job.modelName, job.jobId, chunk, isShadow(job)));
  if (!part) return { about: 'file', kind: 'missing', chunk };
  if (!manifest) {
    note(notes, 'The result files were not read: the manifest that tells their columns is no longer there.');
    return {};
  }
  try {
    return { rows: await readResultPart(part, view, manifest) };
  } catch (error) {
    return { about: 'file', kind: 'unreadable', chunk, values: { file: String(error) } };
  }
}

/** Items behind the last row: as far as another chunk would reach. */
export async function* itemsBeyond(
  { job }: JobView,
  rows: number,
  { scores }: VerifyStores,
): AsyncGenerator<Finding> {
  if (job.settings.output === 'files') return;
  for await (const batch of scores.scoresOf(job.jobId, rows, rows + job.settings.chunkRows))
    for (const { row } of batch) yield { about: 'item', kind: 'unexpected', row };
}

/**
 * Objects beside the result files of the chunks. A chunk that was not scored may have one: its predictor died before it could
 * say so.
 */
export async function* strayResults(
  job: Job,
  chunks: number,
  { objects }: VerifyStores,
): AsyncGenerator<Finding> {
  const { jobId, modelName, settings } = job;
  const shadow = isShadow(job);
  for await (const key of objects.resultKeys(resultsPrefix(modelName, jobId, shadow))) {
    if (key === successKey(modelName, jobId, shadow)) continue;
    const chunk = Number(/part-(\d+)\.csv\.gz$/.exec(key)?.[1] ?? chunks);
    const isOurs = chunk < chunks && resultPartKey(modelName, jobId, chunk, shadow) === key;
    if (!isOurs || settings.output === 'rows') yield { about: 'file', kind: 'unexpected', what: key };
  }
}
