/** Which stage a message is for: `round` is the watchdog's schedule. */
export type Queue = 'intake' | 'chunks' | 'rescore' | 'dead' | 'stream' | 'round';

export interface Message {
  queue: Queue;
  body: unknown;
  receives: number;
}

/** One invocation of a stage. */
export interface Actor {
  name: string;
  message: Message;
  /** Close to its time limit. */
  late: boolean;
  /** Stopped for so long that its message came again; goes on when it is picked, or at the very end. */
  asleep: boolean;
  over: boolean;
}

/** What an actor asked of a dependency, and waits for. */
export interface Call {
  actor: Actor;
  name: string;
  effect(): unknown;
  answer(value: unknown): void;
  refuse(error: Error): void;
}

/** What becomes of a call. */
export type Outcome = 'done' | 'failed' | 'cut_off' | 'killed' | 'killed_after';

export type Stages = Record<Queue, (actor: Actor, body: unknown) => Promise<void>>;

/** A fault that the schedule asked for, or the answer of a stage that is right to fail. */
export class Fault extends Error {}

/** A queue's redrive policy; small, so that schedules come to it. */
const MAX_RECEIVES = 3;

/** Whether a queue gives its messages up. */
export const isWork = (queue: Queue): boolean =>
  queue === 'intake' || queue === 'chunks' || queue === 'rescore';

/** Invocations, queues and what is awaited, in one process: nothing happens but what the schedule lets happen. */
export class Simulation {
  readonly log: string[] = [];
  readonly messages: Message[] = [];
  readonly lost: Message[] = [];
  readonly running: Actor[] = [];
  readonly calls: Call[] = [];
  /** Errors that no fault explains. */
  readonly surprises: unknown[] = [];
  /** The invocation that falls asleep after so many calls, whatever the schedule is at. */
  outlives: { invocation: number; calls: number } | undefined;
  #invocations = 0;
  readonly #stages: Stages;
  readonly #observe: (actor: Actor) => void;

  /** @param observe is told after every effect, and whose it was. */
  constructor(stages: Stages, observe: (actor: Actor) => void) {
    this.#stages = stages;
    this.#observe = observe;
  }

  send(queue: Queue, body: unknown, receives = 0): void {
    this.messages.push({ queue, body: structuredClone(body), receives });
  }

  /** What every dependency of an actor goes through: the effect happens, or not, when the schedule says so. */
  call<T>(actor: Actor, name: string, effect: () => T | Promise<T>): Promise<T> {
    if (actor.over) return new Promise(() => {});
    return new Promise<T>((resolve, refuse) => {
      this.calls.push({ actor, name, effect, answer: resolve as Call['answer'], refuse });
    });
  }

  /** Begins an invocation, and lets it make so many calls. */
  async deliver(message: Message, calls = 0): Promise<Actor> {
    this.messages.splice(this.messages.indexOf(message), 1);
    const actor: Actor = {
      name: `${message.queue}-${++this.#invocations}`,
      message,
      late: false,
      asleep: false,
      over: false,
    };
    this.log.push(`${actor.name} begins: ${JSON.stringify(brief(message.body))}`);
    this.running.push(actor);
    this.#stages[message.queue](actor, message.body).then(
      () => this.#end(actor, 'acknowledged'),
      (error) => {
        if (!(error instanceof Fault) && !actor.late) this.surprises.push(error);
        this.#end(actor, String(error));
        this.sendBack(message);
      },
    );
    await still();
    const outlives = this.#invocations === this.outlives?.invocation;
    await this.advance(this.#callOf(actor), outlives ? this.outlives?.calls : calls);
    if (outlives) this.sleep(actor);
    return actor;
  }

  async go(call: Call, outcome: Outcome = 'done', error = new Fault(outcome)): Promise<void> {
    this.log.push(`  ${call.actor.name}: ${call.name}${outcome === 'done' ? '' : `, ${outcome}`}`);
    this.calls.splice(this.calls.indexOf(call), 1);
    const value = outcome === 'failed' || outcome === 'killed' ? undefined : await call.effect();
    this.#observe(call.actor);
    if (outcome === 'done') call.answer(value);
    else if (outcome === 'failed' || outcome === 'cut_off') call.refuse(error);
    else this.#kill(call.actor);
    await still();
  }

  /** As a queue does when nobody acknowledges a message in time: it comes again, or is given up. */
  sendBack({ queue, body, receives }: Message): void {
    if (queue === 'round') return;
    const isGivenUp = isWork(queue) && receives + 1 >= MAX_RECEIVES;
    if (isGivenUp) this.send('dead', body);
    else this.send(queue, body, receives + 1);
  }

  /** Runs everyone who is awake, fairly and without a fault, until nothing is left to do. */
  async settle(): Promise<void> {
    for (let steps = 0; steps < 5_000; steps++) {
      const call = this.calls.find(({ actor }) => !actor.asleep);
      const [message] = this.messages;
      if (call) await this.go(call);
      else if (message) await this.deliver(message);
      else return;
    }
    throw new Error('Livelock: this never comes to rest.');
  }

  sleep(actor: Actor): void {
    if (!actor.asleep && !actor.over) this.sendBack(actor.message);
    actor.asleep = true;
  }

  wakeAll(): void {
    for (const actor of this.running) actor.asleep = false;
  }

  /** Lets the actor of a call go on alone, for so many calls or to its end. @returns its next call, where it is not over. */
  async advance(from: Call | undefined, calls = Number.POSITIVE_INFINITY): Promise<Call | undefined> {
    let call = from;
    for (let i = 0; call && i < calls; i++) {
      await this.go(call);
      call = this.#callOf(call.actor);
    }
    return call;
  }

  lose(message: Message): void {
    this.messages.splice(this.messages.indexOf(message), 1);
    this.lost.push(message);
    this.log.push(`lost: ${message.queue} ${JSON.stringify(brief(message.body))}`);
  }

  #callOf(actor: Actor): Call | undefined {
    return this.calls.find((call) => call.actor === actor);
  }

  #kill(actor: Actor): void {
    this.#end(actor, 'killed');
    this.sendBack(actor.message);
  }

  #end(actor: Actor, how: string): void {
    if (actor.over) return;
    actor.over = true;
    this.log.push(`${actor.name} ${how}`);
    this.running.splice(this.running.indexOf(actor), 1);
    const others = this.calls.filter((call) => call.actor !== actor);
    this.calls.splice(0, this.calls.length, ...others);
  }
}

/** Dependencies whose every call is the schedule's, but for those that answer in pages. */
export function gated<T extends object>(
  operations: T,
  call: <R>(name: string, effect: () => R | Promise<R>) => Promise<R>,
): T {
  const gate = ([name, operation]: [string, (...args: unknown[]) => unknown]) => [
    name,
    (...args: unknown[]) => call(name, () => operation(...args)),
  ];
  return Object.fromEntries(Object.entries(operations).map((each) => gate(each as never))) as T;
}

export async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Until every actor waits for a call of its own, or is over: all that happens between two calls are microtasks. */
const still = () => new Promise<void>((resolve) => setImmediate(resolve));

function brief(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const { type, chunk, attempt, status, remaining, reopening } = body as Record<string, unknown>;
  return { type, chunk, attempt, status, remaining, reopening };
}
