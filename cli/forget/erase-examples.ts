import type { JobSummary, LocatedRowError } from '../../contracts/generated/types.ts';
import type { Place } from '../../core/forget-store.ts';
import { FORGOTTEN, isForgotten } from '../../core/forgotten.ts';
import { successKey } from '../../core/keys.ts';
import { isShadow } from '../../core/shadow.ts';
import type { Connection } from '../connection.ts';
import { rewriteResult } from './rewrite-result.ts';

/** A job shows its first errors, in chunks, summary and `_SUCCESS`, and what they say quotes cells. */
export async function eraseExamples(connection: Connection, places: readonly Place[]): Promise<void> {
  for (const jobId of new Set(places.map((place) => place.jobId))) {
    const rows = new Set(places.filter((place) => place.jobId === jobId).map(({ row }) => row));
    await eraseOfJob(connection, jobId, rows);
  }
}

async function eraseOfJob(connection: Connection, jobId: string, rows: ReadonlySet<number>): Promise<void> {
  const [ledger, store] = [await connection.ledger(), await connection.forgetting()];
  for await (const { chunk, firstErrors } of ledger.chunksOf(jobId)) {
    const kept = withoutQuotes(firstErrors, rows);
    if (kept) await store.replaceFirstErrors(jobId, chunk, kept);
  }
  const summary = await ledger.readSummary(jobId);
  const kept = withoutQuotes(summary?.firstErrors, rows);
  if (!summary || !kept) return;
  const shadow = isShadow((await ledger.readJob(jobId))?.job ?? {});
  await rewriteResult(store, successKey(summary.modelName, jobId, shadow), async (body) => {
    const success: JobSummary = JSON.parse(body.toString());
    const firstErrors = withoutQuotes(success.firstErrors, rows);
    return firstErrors && `${JSON.stringify({ ...success, firstErrors }, undefined, 2)}\n`;
  });
  await store.replaceFirstErrors(jobId, undefined, kept);
}

/** @returns undefined where none is of these rows, or says more than that it was forgotten. */
function withoutQuotes(
  firstErrors: readonly LocatedRowError[] = [],
  rows: ReadonlySet<number>,
): LocatedRowError[] | undefined {
  const quotes = ({ row, error }: LocatedRowError) => rows.has(row) && !isForgotten(error);
  if (!firstErrors.some(quotes)) return undefined;
  return firstErrors.map((entry) =>
    quotes(entry) ? { ...entry, error: { ...entry.error, message: FORGOTTEN } } : entry,
  );
}
