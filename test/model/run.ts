import { isDeepStrictEqual } from 'node:util';
import type { JobState } from '../../contracts/generated/types.ts';
import { isHeld } from '../../core/job.ts';
import { atHold, atRest, shadowFollows } from './at-rest.ts';
import { must } from './promise.ts';
import type { Schedule } from './schedule.ts';
import type { Message } from './simulation.ts';
import { take } from './take.ts';
import { askForApproval, askForCancel, askForRetry } from './users.ts';
import { DROP, JOB, SHADOW, theWorld, type World } from './world.ts';

/** Drops a file, lets the adversary act, then lets everything come to rest. @throws with what happened, call by call. */
export async function run(schedule: Schedule): Promise<void> {
  const world = theWorld(schedule);
  const { simulation } = world;
  try {
    simulation.outlives = schedule.outlives;
    await begin(schedule.begins, world);
    for (const step of schedule.steps) if (!schedule.never.includes(step.does)) await take(step, world);
    simulation.wakeAll();
    await simulation.settle();
    // Without a loss nobody needs the watchdog; with one, a round for what a job waits for, and one for its end.
    for (let round = 0; round < 2 && simulation.lost.length > 0; round++) await goRound(world);
    await approveIfHeld(schedule, world);
    check(schedule, world);
    await goRound(world);
    check(schedule, world);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${simulation.log.join('\n')}`, { cause: error });
  }
}

async function begin(how: Schedule['begins'], world: World): Promise<void> {
  const { simulation } = world;
  simulation.send('intake', DROP);
  if (how === 'dropped') return;
  await simulation.deliver(simulation.messages[0] as Message);
  for (let call = simulation.calls[0]; call; call = simulation.calls[0]) {
    if (how === 'cancelled' && call.name === 'putChunk') return askForCancel(world);
    await simulation.go(call);
  }
  if (how === 'split') return;
  if (how !== 'ended') await writeChunksOff(world);
  await simulation.settle();
  if (how !== 'reopening') return;
  askForRetry(world, 'next');
  const [retry] = simulation.messages;
  if (retry) simulation.sleep(await simulation.deliver(retry, simulation.outlives?.calls));
}

/** Gives every chunk up, but for the first, where the invocation that scores it goes on long after. */
async function writeChunksOff({ simulation }: World): Promise<void> {
  const [first] = simulation.messages;
  if (first && simulation.outlives?.invocation === 2) await simulation.deliver(first);
  for (const message of simulation.messages) if (message.queue === 'chunks') message.queue = 'dead';
}

/** A held job stays so, whatever the watchdog does, until somebody approves. */
async function approveIfHeld({ rows }: Schedule, world: World): Promise<void> {
  const held = structuredClone(world.job());
  if (!held || !isHeld(held.state)) return;
  atHold(held, { ...world, rows });
  await goRound(world);
  must(isDeepStrictEqual(world.job()?.state, held.state), 'the watchdog leaves a held job alone');
  askForApproval(world);
  await world.simulation.settle();
  must(world.job()?.state.approvedBeyond !== undefined, 'an approval takes effect');
}

async function goRound({ simulation, wait }: World): Promise<void> {
  wait(3);
  simulation.send('round', undefined);
  await simulation.settle();
}

function check({ rows }: Schedule, world: World): void {
  const { simulation, written, jobs } = world;
  const [surprise] = simulation.surprises;
  if (surprise) throw surprise;
  const job = world.job();
  must(job, 'a drop is a job');
  const lostStates = simulation.lost.flatMap(({ queue, body }) =>
    queue === 'stream' ? [body as JobState] : [],
  );
  for (const [id, entry] of jobs) {
    const isOf = ({ jobId }: { jobId: string }) => jobId === id;
    const unheard = new Set(lostStates.filter(isOf).map(({ attempt }) => attempt));
    const holdUnheard = lostStates.some((state) => isOf(state) && state.held);
    const [events, holds] = [world.events.filter(isOf), world.holds.filter(isOf)];
    const { ends } = world.referenceOf(id);
    atRest(entry, { rows, written, holds, events, unheard, holdUnheard, ends });
    if (id === JOB) shadowFollows(entry, jobs.get(SHADOW), { ends, unheard });
    else must(id === SHADOW, 'a drop is one job, and at most one shadow');
  }
}
