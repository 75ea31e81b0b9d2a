import type { Chunk, Score } from '../../contracts/generated/types.ts';
import { count } from '../render/quantities.ts';
import { table } from '../render/table.ts';
import type { Rejections } from './rejections.ts';

/** One line of the list: a row, or the run of rows of a chunk that was written off. */
export interface ListedError {
  row: number;
  rowCount?: number;
  line?: number;
  recordId?: string;
  code: string;
  column?: string;
  message: string;
}

/** The refused rows in file order, in batches, `limit` entries at most. */
export async function* listed(all: AsyncIterable<Rejections>, limit: number): AsyncGenerator<ListedError[]> {
  let left = limit;
  for await (const { chunk, rows } of all) {
    for await (const batch of rows === 'all' ? [[writtenOff(chunk)]] : entriesOf(rows)) {
      const some = batch.slice(0, left);
      yield some;
      left -= some.length;
      if (left === 0) return;
    }
  }
}

async function* entriesOf(rows: AsyncIterable<Score[]>): AsyncGenerator<ListedError[]> {
  for await (const batch of rows)
    yield batch.flatMap(({ row, recordId, error }) =>
      error ? [{ row, ...(recordId !== undefined && { recordId }), ...error }] : [],
    );
}

function writtenOff({ reference, reason }: Chunk): ListedError {
  const { code, message } = reason ?? { code: 'chunk_failed', message: 'The chunk was written off.' };
  return { row: reference.firstRow, rowCount: reference.rowCount, code, message };
}

export function errorTable(entries: readonly ListedError[], width?: number): string {
  const hasLines = entries.some(({ line }) => line !== undefined);
  const rows = entries.map(({ row, rowCount, line, recordId, code, column, message }) => [
    ...(hasLines ? [line === undefined ? '' : count(line)] : []),
    rowCount === undefined ? count(row) : `${count(row)} to ${count(row + rowCount - 1)}`,
    recordId ?? '',
    code,
    column ?? '',
    message,
  ]);
  return table(
    [
      ...(hasLines ? [{ title: 'LINE', align: 'right' as const }] : []),
      { title: 'ROW', align: 'right' },
      { title: 'ID' },
      { title: 'ERROR' },
      { title: 'COLUMN' },
      { title: 'MESSAGE', shrinks: true },
    ],
    rows,
    width,
  );
}
