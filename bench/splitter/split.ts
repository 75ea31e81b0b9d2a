import type { JobSettings } from '../../contracts/generated/types.ts';
import { findHeader } from '../../core/csv/header.ts';
import { firstBytesOf } from '../../core/first-bytes.ts';
import { inflate } from '../../functions/fan-out/inflate.ts';
import { textOrigin } from '../../functions/fan-out/origins/text.ts';
import { aJob } from '../../test/unit/factories.ts';

export interface Source {
  format: 'csv' | 'csv.gz';
  bytes: number;
  /** From a byte to the end, or up to `to` (exclusive). */
  read(from: number, to?: number): AsyncIterable<Buffer>;
}

/** As a deployment has them by default. */
export const SETTINGS: JobSettings = {
  chunkRows: 20_000,
  chunkBytes: 8 << 20,
  maxRecordBytes: 1 << 20,
  output: 'both',
};

const HEADER_SAMPLE_BYTES = 64 * 1024;
const MOST_INFLATED_BYTES = 2 ** 40;

/** Splits a source by fan-out's own code, from header to end; what it would send or stage goes nowhere. @returns the rows. */
export async function recordsSplit({ format, bytes, read }: Source): Promise<number> {
  const sample = format === 'csv' ? read(0) : inflate(read(0), bytes, MOST_INFLATED_BYTES);
  const head = await firstBytesOf(sample, HEADER_SAMPLE_BYTES);
  const header = findHeader({ bytes: head, complete: false }, ',');
  if (!header) throw new Error('The generated file has a header.');
  const job = aJob({ format, sourceBytes: bytes, settings: SETTINGS });
  const origin = textOrigin(job, {
    settings: { maxInflatedBytes: MOST_INFLATED_BYTES },
    read: (_, from, to) => read(from, to),
    stage: async () => job.source,
  });
  const behindHeader = { byte: header.byteEnd, line: header.nextLine, row: 0, chunk: 0 };
  let rows = 0;
  for await (const { checkpoint } of origin.cuts(behindHeader)) rows = checkpoint.row;
  return rows;
}
