import { isDeepStrictEqual } from 'node:util';
import type { ChunkMessage, HoldEvent, JobEvent, JobState } from '../../contracts/generated/types.ts';
import { isHeld, isTerminal } from '../../core/job.ts';
import { aWorld, drop, idOf, KEY, MANIFEST, rows } from '../unit/functions/fan-out-world.ts';
import type { Entry } from '../unit/memory-ledger.ts';
import { Reference } from './reference.ts';
import type { Schedule } from './schedule.ts';
import { type Actor, Simulation } from './simulation.ts';
import { stagesIn } from './stages.ts';
import { Written } from './written.ts';

export const JOB = idOf();
export const DROP = drop();

export type World = ReturnType<typeof theWorld>;

/** One file, one ledger, all stages around them and the queues between. */
export function theWorld({ rows: count, chunkRows, spoiledEvery, maxRows }: Schedule) {
  const { dependencies, current, manifests, ...memory } = aWorld({ [KEY]: rows(count) });
  dependencies.settings = {
    ...dependencies.settings,
    chunkRows,
    ...(maxRows !== undefined && { maxRowsPerJob: maxRows }),
  };
  const reference = new Reference();
  const written = new Written(spoiledEvery);
  const events: JobEvent[] = [];
  const holds: HoldEvent[] = [];
  let clock = Date.parse('2026-11-20T19:00:00.000Z');
  let streamed: JobState | undefined;

  const observe = ({ message }: Actor) => {
    clock += 1_000;
    const entry = memory.entries.get(JOB);
    if (!entry) return;
    reference.observe(entry, message.body as Partial<ChunkMessage> | undefined);
    if (isDeepStrictEqual(entry.state, streamed)) return;
    streamed = { ...entry.state };
    if (wakesComplete(entry)) simulation.send('stream', streamed);
  };
  const stages = stagesIn({
    ...{ memory, fanOut: dependencies, written, events, holds },
    now: () => new Date(clock).toISOString(),
    send: (queue, body) => simulation.send(queue, body),
    call: (...call) => simulation.call(...call),
  });
  const simulation = new Simulation(stages, observe);

  return {
    ...{ simulation, reference, written, events, holds },
    jobs: memory.entries,
    job: () => memory.entries.get(JOB),
    wait(hours: number): void {
      clock += hours * 3_600_000;
    },
    promote(): void {
      const version = ++current.version;
      manifests.set(version, { ...MANIFEST, version });
    },
  };
}

/** The filters of the Jobs table's stream, as `infra/stages/complete.ts` sets them. */
function wakesComplete({ state, announced }: Entry): boolean {
  if (isTerminal(state.status)) return !announced;
  return isHeld(state) ? state.held.untold === true : state.splitDone && state.remaining === 0;
}
