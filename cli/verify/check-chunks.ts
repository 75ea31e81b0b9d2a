import type { Chunk, Job, JobState } from '../../contracts/generated/types.ts';
import { addTo, compareErrors, type ErrorTally, tally } from './error-tally.ts';
import { compare, comparePresence, type Finding } from './finding.ts';
import type { ChunkPair } from './pair-chunks.ts';
import type { SourceHead } from './source-chunks.ts';

/** Where the header ends, or what shape the array has: by the job, and by the source. */
export function checkHead({ format, header, firstRecord, matrix }: Job, head: SourceHead): Finding[] {
  const inSource = head.header && placeOf(head.header, format === 'csv.gz');
  return [
    ...compare('source', 'header', { job: header && placeOf(header), recount: inSource }),
    // Of a source without a record, the job tells how far it looked.
    ...(head.firstRecord
      ? compare('source', 'first record', { job: firstRecord, recount: head.firstRecord })
      : []),
    ...compare('source', 'array', { job: matrix, recount: head.matrix }),
  ];
}

/** Of compressed text the header is staged, as an object of its own. */
const placeOf = (
  { byteStart, byteEnd }: { byteStart: number; byteEnd: number },
  staged = false,
): [number, number] => (staged ? [0, byteEnd - byteStart] : [byteStart, byteEnd]);

/**
 * A chunk of the ledger and the chunk of the source with its number. A split that was broken off may have left a gap behind its
 * checkpoint, where it writes ten chunks at once.
 */
export function checkReference({ fresh, chunk }: ChunkPair, state: JobState): readonly Finding[] {
  if (!chunk) {
    if (!fresh || !(state.splitDone || fresh.chunk < state.checkpoint.chunk)) return [];
    const { firstRow: row, rowCount } = fresh;
    return [{ about: 'chunk', kind: 'missing', chunk: fresh.chunk, row, rowCount }];
  }
  const { reference } = chunk;
  const place = { chunk: chunk.chunk };
  if (!fresh) {
    const { firstRow: row, rowCount } = reference;
    return [{ about: 'chunk', kind: 'unexpected', ...place, row, rowCount }];
  }
  const { chunk: _, object, ...expected } = fresh;
  const { versionId, ...unversioned } = reference.object;
  const written = object.versionId === undefined ? unversioned : reference.object;
  return [
    ...compare('chunk', 'object', { ledger: written, recount: object }, place),
    ...Object.entries(expected).flatMap(([field, recount]) =>
      compare('chunk', field, { ledger: reference[field as keyof typeof expected], recount }, place),
    ),
  ];
}

/** The chunks follow each other without a gap: what can be told of them where the source cannot be recounted. */
export function tiling(state: JobState): (chunk: Chunk) => readonly Finding[] {
  let next = { chunk: 0, firstRow: 0 };
  return ({ chunk, reference: { firstRow, rowCount } }) => {
    const expected = next;
    next = { chunk: chunk + 1, firstRow: firstRow + rowCount };
    if (!state.splitDone && chunk > state.checkpoint.chunk) return [];
    return compare('chunk', 'place', { ledger: { chunk, firstRow }, 'the one before': expected }, { chunk });
  };
}

/** What a chunk says of itself. @param mayBeOpen whether the job ended, if it did, before its last chunk. */
export function checkChunk(chunk: Chunk, state: JobState, mayBeOpen: boolean): readonly Finding[] {
  const { status, attempt, reason, reference, rowsScored = 0, rowsFailed = 0 } = chunk;
  const place = { chunk: chunk.chunk };
  const mustBe = status === 'failed';
  const itself = [
    ...comparePresence('chunk', 'reason', { isThere: reason !== undefined, mustBe }, place),
    ...compare('chunk', 'attempt', { ledger: attempt, job: Math.min(attempt, state.attempt) }, place),
  ];
  if (status === 'open')
    return mayBeOpen
      ? itself
      : [
          ...itself,
          {
            about: 'chunk',
            kind: 'differs',
            ...place,
            what: 'status',
            values: { ledger: status, job: state.status },
          },
        ];
  const rows = { ledger: rowsScored + rowsFailed, rowCount: reference.rowCount };
  return [
    ...itself,
    ...compare('chunk', 'rowsScored + rowsFailed', rows, place),
    ...(mustBe ? compare('chunk', 'rowsScored', { ledger: rowsScored, 'written off': 0 }, place) : []),
  ];
}

export interface RowCounts {
  scored: number;
  failed: number;
  errors: ErrorTally;
}

/** What the ledger says of a scored chunk, by its rows. @param by who counted them. */
export function checkCounts(chunk: Chunk, found: RowCounts, by: 'items' | 'file'): Finding[] {
  const place = { chunk: chunk.chunk };
  const rows = asCounted(found, tally(chunk.errorCounts ?? []));
  return [
    ...compare('chunk', 'rowsScored', { ledger: chunk.rowsScored, [by]: rows.scored }, place),
    ...compare('chunk', 'rowsFailed', { ledger: chunk.rowsFailed, [by]: rows.failed }, place),
    ...compare('chunk', 'statistics.count', { ledger: chunk.statistics?.count, [by]: rows.scored }, place),
    ...compareErrors('chunk', tally(chunk.errorCounts ?? []), rows.errors, by, place),
  ];
}

/** Rows as they were when the ledger counted them: those that were forgotten since had a score then. */
function asCounted({ scored, failed, errors }: RowCounts, counted: ErrorTally): RowCounts {
  const since = (errors.get('forgotten') ?? 0) - (counted.get('forgotten') ?? 0);
  if (since <= 0) return { scored, failed, errors };
  const before = new Map(errors);
  addTo(before, 'forgotten', -since);
  return { scored: scored + since, failed: failed - since, errors: before };
}
