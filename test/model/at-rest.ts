import { isDeepStrictEqual } from 'node:util';
import type { Chunk, HoldEvent, JobEvent, JobState } from '../../contracts/generated/types.ts';
import { holdEvent, isCompleted, isTerminal, onlyWaitsForApproval } from '../../core/job.ts';
import type { Entry } from '../unit/memory-ledger.ts';
import { must } from './promise.ts';
import type { Written } from './written.ts';

export interface Rest {
  rows: number;
  written: Written;
  holds: readonly HoldEvent[];
  events: readonly JobEvent[];
  /** The terminal state of each attempt. */
  ends: ReadonlyMap<number, JobState>;
  /** The attempts whose end the stream has lost: of the last one the watchdog tells it again, of those before there is no trace. */
  unheard: ReadonlySet<number>;
  /** Whether the stream has lost a hold: where it was approved or ended since, there is no trace of it. */
  holdUnheard: boolean;
}

/** What must be so of a job when nothing is left to do. @throws Broken */
export function atRest(
  entry: Entry,
  { rows, written, holds, events, ends, unheard, holdUnheard }: Rest,
): void {
  const { job, state, chunks } = entry;
  must(isTerminal(state.status), 'a job always ends');
  must(entry.announced, 'an end is announced');
  if (state.splitDone) chunksTile([...chunks.values()], rows);
  for (const chunk of chunks.values())
    must(
      chunk.status !== 'done' || written.holds(chunk, job.model?.version),
      'a scored chunk has its items and its file',
    );
  if (state.status.startsWith('completed')) summaryTells(entry, rows);
  for (const [attempt, end] of ends) {
    const sent = events.filter((event) => event.attempt === attempt);
    const isExcused = unheard.has(attempt) && attempt < state.attempt;
    must(sent.length > 0 || isExcused, 'every end has an event');
    for (const event of sent) eventTells(event, sent[0], end);
  }
  const wasHeld = state.held !== undefined || state.approvedBeyond !== undefined;
  must(wasHeld ? holds.length > 0 || holdUnheard : holds.length === 0, 'a hold has an event');
  must(
    holds.every((event) => isDeepStrictEqual(event, holds[0])),
    'the events of a hold are the same',
  );
  must(
    events.every(({ attempt }) => ends.has(attempt)),
    'an event is of an end',
  );
}

/** What must be so of a held job when nothing is left to do but to approve. @throws Broken */
export function atHold(
  entry: Entry,
  { rows, holds, written }: Pick<Rest, 'rows' | 'holds' | 'written'>,
): void {
  const { job, state, chunks } = entry;
  must(state.held && onlyWaitsForApproval(state), 'all has ended that was sent before a hold');
  must(rows > state.held.limit, 'a job is held that has more rows than its limit');
  chunksTile([...chunks.values()], state.held.rows);
  for (const chunk of chunks.values())
    must(
      chunk.status === 'failed' || written.holds(chunk, job.model?.version),
      'a chunk before a hold is scored',
    );
  must(isDeepStrictEqual(holds[0], holdEvent({ job, state })), 'a hold is told');
}

/** What must be so of a job and its shadow when nothing is left to do. @throws Broken */
export function shadowFollows(
  { job, state }: Entry,
  shadow: Entry | undefined,
  { ends, unheard }: Pick<Rest, 'ends' | 'unheard'>,
): void {
  const withScores = [...ends.values()].filter(({ status }) => isCompleted(status));
  const isHeard = ({ attempt }: JobState) => attempt === state.attempt || !unheard.has(attempt);
  must(!shadow || withScores.length > 0, 'a shadow follows scores');
  must(shadow || !job.shadow || !withScores.some(isHeard), 'a job with scores has the shadow that it pinned');
  if (!shadow) return;
  const { renews, shadowOf, settings } = shadow.job;
  must(renews === job.jobId && shadowOf === job.model?.version, 'a shadow is of its job');
  must(settings.output === 'files' && !settings.maxRowsPerJob, 'a shadow writes files, and is not held');
}

function chunksTile(chunks: Chunk[], rows: number): void {
  let row = 0;
  for (const [i, { chunk, reference }] of chunks.sort((a, b) => a.chunk - b.chunk).entries()) {
    must(chunk === i && reference.firstRow === row, 'chunks lie one behind the other');
    row += reference.rowCount;
  }
  must(row === rows, 'every record is in a chunk');
}

function summaryTells({ state, summary }: Entry, rows: number): void {
  must(
    state.rowsScored + state.rowsFailed === rows && state.rowsTotal === rows,
    'every record is counted once',
  );
  const { attempt, status, rowsScored, rowsFailed, chunksFailed } = state;
  const told = summary && { ...summary, attempt, status, rowsScored, rowsFailed, chunksFailed };
  must(summary && isDeepStrictEqual(summary, told), 'the summary tells the end');
}

function eventTells(event: JobEvent, first: JobEvent | undefined, end: JobState): void {
  must(isDeepStrictEqual(event, first), 'the events of one end are the same');
  const { status, rowsScored, rowsFailed, chunksFailed } = event;
  must(
    isDeepStrictEqual(end, { ...end, status, rowsScored, rowsFailed, chunksFailed }),
    'an event tells the end',
  );
}
