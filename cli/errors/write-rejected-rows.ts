import type { JobView } from '../../core/job.ts';
import { csvLines } from '../../core/scores/csv.ts';
import type { Connection } from '../connection.ts';
import type { OutputFile } from '../output-file.ts';
import { rowSourceOf } from '../scores/row-source.ts';
import { type ListedError, listed } from './listed-errors.ts';
import { rejectionsOf } from './rejections.ts';

/** Rows of a written-off chunk that are written at once. */
const BATCH = 1000;

/**
 * Writes which rows of a joblib source were refused, and why: its values are objects of Python, to be mended there. Rows are
 * counted as `DataFrame.iloc` does.
 *
 * @param limit rows at most.
 * @returns how many rows were written.
 */
export async function writeRejectedRows(
  view: JobView,
  connection: Connection,
  output: OutputFile,
  limit: number,
): Promise<number> {
  const { idColumn } = (await rowSourceOf(view, connection)).manifest;
  const ids = idColumn === undefined ? [] : [idColumn];
  await output.write(csvLines([['error_row', 'error_code', 'error_column', 'error_message', ...ids]]));
  let written = 0;
  for await (const entries of listed(rejectionsOf(view, connection), limit))
    for (const rows of inBatches(entries, limit - written)) {
      await output.write(
        csvLines(
          rows.map(({ row, code, column, message, recordId }) => [
            ...[row, code, column, message],
            ...ids.map(() => recordId),
          ]),
        ),
      );
      written += rows.length;
    }
  return written;
}

/** An entry for each row, also of those that stand for a run of rows. */
function* inBatches(entries: readonly ListedError[], limit: number): Generator<ListedError[]> {
  let batch: ListedError[] = [];
  let left = limit;
  for (const { rowCount = 1, ...entry } of entries)
    for (let row = entry.row; row < entry.row + rowCount && left > 0; row++, left--) {
      batch.push({ ...entry, row });
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
  if (batch.length > 0) yield batch;
}
