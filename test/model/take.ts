import { InputRejected } from '../../core/errors.ts';
import { JobFailed, Throttled } from './predictor.ts';
import type { Deed, Step } from './schedule.ts';
import { type Call, isWork, type Message, type Simulation } from './simulation.ts';
import { askForApproval, askForCancel, askForRetry } from './users.ts';
import { DROP, type World } from './world.ts';

type Simulated = { simulation: Simulation };
type Taking<W = Simulated> = (world: W, step: Step) => unknown;

const oneOf = <T>(list: readonly T[], { pick }: Step): T | undefined => list[pick % list.length];

/** Does something to the call that is picked, or to a later one of the same actor. */
const withCall =
  (take: (call: Call, world: Simulated) => unknown): Taking =>
  async (world, step) => {
    const call = await world.simulation.advance(oneOf(world.simulation.calls, step), step.after);
    return call && take(call, world);
  };

/** Does something to the message that is picked, among those that may be. */
const withMessage =
  (take: (message: Message, world: Simulated, step: Step) => unknown, mayBe = (_: Message) => true): Taking =>
  (world, step) => {
    const message = oneOf(world.simulation.messages.filter(mayBe), step);
    return message && take(message, world, step);
  };

/** Sends a message, and delivers it at once where its actor has calls to make. */
const sending =
  <W extends Simulated>(take: Taking<W>): Taking<W> =>
  async (world, step) => {
    const { messages } = world.simulation;
    const before = messages.length;
    await take(world, step);
    const sent = messages[before];
    if (sent && step.after > 0) await world.simulation.deliver(sent, step.after);
  };

/** S3 promises to deliver its event, and a dead letter is kept until it is seen to. What begins something is nowhere else. */
const mayBeLost = ({ queue, body }: Message) =>
  queue !== 'dead' && !['start', 'begin'].includes((body as { type?: string } | undefined)?.type ?? '');

/** The source is gone for good, or the model is not what its manifest says. */
const REFUSALS: Record<string, () => Error> = {
  read: () => new InputRejected('source_missing', 'There is no such version of it: drop it again.'),
  loadModel: () => new JobFailed(),
};

/** What befalls any simulation: its calls, actors and queues. */
export const FAULTS = {
  go: withCall((call, { simulation }) => simulation.go(call)),
  run: withCall((call, { simulation }) => simulation.advance(call)),
  settle: ({ simulation }) => simulation.settle(),
  deliver: withMessage((message, { simulation }, { after }) => simulation.deliver(message, after)),

  fail: withCall((call, { simulation }) => simulation.go(call, 'failed')),
  cutOff: withCall((call, { simulation }) => simulation.go(call, 'cut_off')),
  kill: withCall((call, { simulation }) => simulation.go(call, 'killed')),
  killAfter: withCall((call, { simulation }) => simulation.go(call, 'killed_after')),
  sleep: withCall(({ actor }, { simulation }) => simulation.sleep(actor)),
  hurry: withCall(({ actor }) => {
    actor.late = true;
  }),

  again: sending(({ simulation }, step) => {
    const message = oneOf(
      [...simulation.messages, ...simulation.running.map((actor) => actor.message)],
      step,
    );
    return message && simulation.sendBack(message);
  }),
  giveUp: withMessage(
    (message, { simulation }, { after }) => {
      message.queue = 'dead';
      return after > 0 && simulation.deliver(message, after);
    },
    ({ queue }) => isWork(queue),
  ),
  lose: withMessage((message, { simulation }) => simulation.lose(message), mayBeLost),
} satisfies Partial<Record<Deed, Taking>>;

const TAKINGS: Record<Deed, Taking<World>> = {
  ...FAULTS,
  refuse: ({ simulation }, step) => {
    const call = oneOf(
      simulation.calls.filter(({ name }) => name in REFUSALS),
      step,
    );
    return call && simulation.go(call, 'failed', REFUSALS[call.name]?.());
  },
  throttle: withCall((call, { simulation }) => simulation.go(call, 'failed', new Throttled())),

  drop: sending(({ simulation }) => simulation.send('intake', DROP)),
  retry: sending((world, { pick }) => askForRetry(world, pick % 2 === 1 ? 'again' : 'next')),
  cancel: sending(askForCancel),
  approve: sending(askForApproval),
  promote: ({ promote }) => promote(),
  watchdog: sending(({ simulation }) => simulation.send('round', undefined)),
  wait: ({ wait }, { pick }) => wait(pick),
};

export async function take(step: Step, world: World): Promise<void> {
  await TAKINGS[step.does](world, step);
}
