import type { Chunk, Job } from '../../contracts/generated/types.ts';
import { isForgotten } from '../../core/forgotten.ts';
import type { JobView } from '../../core/job.ts';
import type { Connection } from '../connection.ts';
import { Failure } from '../failure.ts';
import type { OutputFile } from '../output-file.ts';
import { recordsOf, type SourceRecord } from './chunk-records.ts';
import {
  BYTE_ORDER_MARK,
  type RejectedFormat,
  type RejectedReason,
  rejectedFormat,
} from './rejected-rows.ts';
import { rejectionsOf } from './rejections.ts';

/**
 * Writes the refused rows of a job as they stand in its source, each with its reason. A written-off chunk's
 * rows are all written, with the chunk's reason.
 *
 * @param limit rows at most.
 * @returns how many rows were written.
 */
export async function writeRejected(
  view: JobView,
  connection: Connection,
  output: OutputFile,
  limit: number,
): Promise<number> {
  const { readRange } = await connection.objects();
  const { header, dialect, settings } = splitJob(view.job);
  const headerRecord = await readRange(header.object, header.byteStart, header.byteEnd);
  const format = rejectedFormat(headerRecord, dialect.delimiter);
  if (header.byteStart === BYTE_ORDER_MARK.length) await output.write(BYTE_ORDER_MARK);
  await output.write(format.header());

  let written = 0;
  for await (const { chunk, rows } of rejectionsOf(view, connection)) {
    if (written >= limit) break;
    const reasons = rows === 'all' ? reasonForAll(chunk) : await reasonsByPlace(chunk, rows);
    const { object, byteStart, byteEnd, firstLine = 1 } = chunk.reference;
    const bytes = await readRange(object, byteStart, byteEnd);
    const records = recordsOf(
      { bytes, firstLine, delimiter: dialect.delimiter, maxRecordBytes: settings.maxRecordBytes },
      new Set(reasons.keys()),
    );
    written += await writeRecords(format, reasons, records, output, limit - written);
  }
  return written;
}

type ReasonsByPlace = Map<number, Omit<RejectedReason, 'line'>>;

async function writeRecords(
  format: RejectedFormat,
  reasons: ReasonsByPlace,
  records: Map<number, SourceRecord>,
  output: OutputFile,
  limit: number,
): Promise<number> {
  const lines = [...reasons].slice(0, limit).map(([place, reason]) => {
    const record = records.get(place);
    if (!record) throw new Error(`The chunk has no record ${place}: it is not the version that was scored.`);
    return format.row({ line: record.line, ...reason }, record.bytes);
  });
  await output.write(Buffer.concat(lines));
  return lines.length;
}

async function reasonsByPlace(
  { reference }: Chunk,
  rows: AsyncIterable<{ row: number; error?: { code: string; column?: string; message: string } }[]>,
): Promise<ReasonsByPlace> {
  const reasons: ReasonsByPlace = new Map();
  for await (const batch of rows)
    for (const { row, error } of batch)
      if (error && !isForgotten(error))
        reasons.set(row - reference.firstRow, {
          code: error.code,
          column: error.column,
          message: error.message,
        });
  return reasons;
}

function reasonForAll({ reference, reason }: Chunk): ReasonsByPlace {
  const { code, message } = reason ?? { code: 'chunk_failed', message: 'The chunk was written off.' };
  const places = Array.from({ length: reference.rowCount }, (_, place) => place);
  return new Map(places.map((place) => [place, { code, column: undefined, message }]));
}

function splitJob({ jobId, header, dialect, settings }: Job) {
  if (header && dialect) return { header, dialect, settings };
  throw new Failure('nothing_split', `Job ${jobId} never got as far as reading rows.`, {
    remedy: `See: dropscore job show ${jobId}`,
  });
}
