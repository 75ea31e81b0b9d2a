import { isDeepStrictEqual } from 'node:util';
import type { ChunkMessage, HoldEvent, JobEvent, JobState } from '../../contracts/generated/types.ts';
import { isHeld, isTerminal } from '../../core/job.ts';
import { jobId } from '../../core/keys.ts';
import { MODEL, NOW, SOURCE } from '../unit/factories.ts';
import { aWorld, drop, idOf, KEY, MANIFEST, rows } from '../unit/functions/fan-out-world.ts';
import type { Entry } from '../unit/memory-ledger.ts';
import { Reference } from './reference.ts';
import type { Schedule } from './schedule.ts';
import { type Actor, Simulation } from './simulation.ts';
import { stagesIn } from './stages.ts';
import { Written } from './written.ts';

export const JOB = idOf();
export const DROP = drop();
const SHADOW_VERSION = 5;
/** The job that may follow it. */
export const SHADOW = jobId(SOURCE, MODEL.name, `shadow-${SHADOW_VERSION}-of-${JOB}`);

export type World = ReturnType<typeof theWorld>;

/** One file, one ledger, all stages around them and the queues between. */
export function theWorld({ rows: count, chunkRows, spoiledEvery, maxRows, hasShadow }: Schedule) {
  const { dependencies, current, pointers, manifests, ...memory } = aWorld({ [KEY]: rows(count) });
  manifests.set(SHADOW_VERSION, { ...MANIFEST, version: SHADOW_VERSION });
  if (hasShadow) pointers.shadow = JSON.stringify({ version: SHADOW_VERSION, setAt: NOW });
  dependencies.settings = {
    ...dependencies.settings,
    chunkRows,
    ...(maxRows !== undefined && { maxRowsPerJob: maxRows }),
  };
  const watched: Watched[] = [JOB, SHADOW].map((id) => ({ id, reference: new Reference() }));
  const referenceOf = (id: string) => watched.find((one) => one.id === id)?.reference ?? new Reference();
  const written = new Written(spoiledEvery);
  const events: JobEvent[] = [];
  const holds: HoldEvent[] = [];
  let clock = Date.parse('2026-11-20T19:00:00.000Z');

  const observe = ({ message }: Actor) => {
    clock += 1_000;
    for (const one of watched) {
      const entry = memory.entries.get(one.id);
      if (!entry) continue;
      one.reference.observe(entry, message.body as Partial<ChunkMessage> | undefined);
      if (isDeepStrictEqual(entry.state, one.streamed)) continue;
      one.streamed = { ...entry.state };
      if (wakesComplete(entry)) simulation.send('stream', one.streamed);
    }
  };
  const stages = stagesIn({
    ...{ memory, fanOut: dependencies, written, events, holds },
    now: () => new Date(clock).toISOString(),
    send: (queue, body) => simulation.send(queue, body),
    call: (...call) => simulation.call(...call),
  });
  const simulation = new Simulation(stages, observe);

  return {
    ...{ simulation, written, events, holds, referenceOf },
    reference: referenceOf(JOB),
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

/** A job whose every state is looked at. */
interface Watched {
  id: string;
  reference: Reference;
  streamed?: JobState;
}

/** The filters of the Jobs table's stream, as `infra/stages/complete.ts` sets them. */
function wakesComplete({ state, announced }: Entry): boolean {
  if (isTerminal(state.status)) return !announced;
  return isHeld(state) ? state.held.untold === true : state.splitDone && state.remaining === 0;
}
