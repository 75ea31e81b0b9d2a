import type { Chunk, Score } from '../../contracts/generated/types.ts';
import type { JobView } from '../../core/job.ts';
import type { Connection } from '../connection.ts';
import { type RowSource, rowSourceOf } from '../scores/row-source.ts';

/** What of a chunk was refused: single rows of it, or all of them at once. */
export type Rejections = { chunk: Chunk; rows: AsyncIterable<Score[]> } | { chunk: Chunk; rows: 'all' };

/** The refused rows of a job in file order. Only chunks that have any are read. */
export async function* rejectionsOf(view: JobView, connection: Connection): AsyncGenerator<Rejections> {
  const ledger = await connection.ledger();
  let source: RowSource | undefined;
  for await (const chunk of ledger.chunksOf(view.job.jobId)) {
    if (chunk.status === 'failed') yield { chunk, rows: 'all' };
    else if ((chunk.rowsFailed ?? 0) > 0) {
      source ??= await rowSourceOf(view, connection);
      yield { chunk, rows: source.errorsOf(chunk) };
    }
  }
}
