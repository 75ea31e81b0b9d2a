import type {
  Chunk,
  ChunkMessage,
  HoldEvent,
  IntakeMessage,
  JobEvent,
  JobState,
  RescoreEvent,
  StartMessage,
} from '../../contracts/generated/types.ts';
import type { Ledger } from '../../core/ledger.ts';
import { complete } from '../../functions/complete/complete.ts';
import { giveUp } from '../../functions/dead-letter/dead-letter.ts';
import { type FanOutDependencies, fanOut } from '../../functions/fan-out/fan-out.ts';
import { watchdog } from '../../functions/watchdog/watchdog.ts';
import type { memoryLedger } from '../unit/memory-ledger.ts';
import { memoryRuns } from '../unit/memory-runs.ts';
import { type PredictorDependencies, scoreChunk } from './predictor.ts';
import { type Actor, gated, listOf, type Queue, type Stages } from './simulation.ts';
import type { Written } from './written.ts';

export interface Surroundings {
  memory: Pick<ReturnType<typeof memoryLedger>, 'ledger' | 'endChunk'>;
  fanOut: FanOutDependencies;
  written: Written;
  events: JobEvent[];
  holds: HoldEvent[];
  now(): string;
  send(queue: Queue, body: unknown): void;
  /** What every call of a dependency goes through. */
  call<T>(actor: Actor, name: string, effect: () => T | Promise<T>): Promise<T>;
}

/** A page of a query: small, so that chunks change between two. */
const CHUNKS_A_PAGE = 2;

/** The real cores, and the predictor's stand-in, with dependencies whose every call is the schedule's. */
export function stagesIn(world: Surroundings): Stages {
  const { memory, written, events, holds, now, send, call } = world;

  const ledgerOf = (actor: Actor): Ledger => {
    const { ledger } = memory;
    return {
      ...gated(ledger, (name, effect) => call(actor, name, effect)),
      async *chunksOf(jobId) {
        for (let from = 0, isLast = false; !isLast; ) {
          const page = await call(actor, 'chunksOf', () => pageOf(ledger.chunksOf(jobId), from));
          yield* page;
          isLast = page.length < CHUNKS_A_PAGE;
          from = (page.at(-1)?.chunk ?? 0) + 1;
        }
      },
      async *openJobs() {
        yield* await call(actor, 'openJobs', () => listOf(ledger.openJobs()));
      },
    };
  };

  const queuesOf = (actor: Actor) => ({
    sendContinue: (jobId: string) =>
      call(actor, 'sendContinue', () => send('intake', { type: 'continue', jobId })),
    sendChunks: (_: string, messages: ChunkMessage[]) =>
      call(actor, 'sendChunks', () => {
        for (const message of messages) send('chunks', message);
      }),
  });

  const fanOutOf = (actor: Actor) => ({
    ...world.fanOut,
    ...queuesOf(actor),
    ledger: ledgerOf(actor),
    now,
    timeLeft: () => (actor.late ? 0 : 60_000),
    describe: ((source) =>
      call(actor, 'describe', () => world.fanOut.describe(source))) as FanOutDependencies['describe'],
    models: {
      ...world.fanOut.models,
      current: (name: string) => call(actor, 'current', () => world.fanOut.models.current(name)),
      shadow: (name: string) => call(actor, 'shadow', () => world.fanOut.models.shadow(name)),
    },
    read: async function* (...range) {
      await call(actor, 'read', () => undefined);
      yield* world.fanOut.read(...range);
    } as FanOutDependencies['read'],
  });

  const predictorOf = (actor: Actor): PredictorDependencies => ({
    ledger: {
      ...ledgerOf(actor),
      endChunk: (message, report, at) => call(actor, 'endChunk', () => memory.endChunk(message, report, at)),
    },
    loadModel: () => call(actor, 'loadModel', () => undefined),
    writeScores: (message) => call(actor, 'writeScores', () => written.writeScores(message)),
    putResult: (message) => call(actor, 'putResult', () => written.putResult(message)),
    sendAgain: (message) => call(actor, 'sendAgain', () => send('chunks', message)),
    now,
  });

  // There are none here: `rescore-world.ts` has them.
  const { runs } = memoryRuns();

  const deadLetterOf = (actor: Actor) => ({
    ...fanOutOf(actor),
    runs,
    wroteOff: () => undefined,
    setAside: async (_: unknown, error: Error) => Promise.reject(error),
  });

  const completeOf = (actor: Actor) => ({
    ledger: ledgerOf(actor),
    runs,
    sendRescore: async () => {},
    resultsBucket: 'results',
    writeSuccess: () => call(actor, 'writeSuccess', () => undefined),
    announce: (_: string, event: JobEvent | HoldEvent | RescoreEvent) =>
      call(actor, 'announce', () => {
        if ('runId' in event) throw new Error('There are no runs here.');
        if ('status' in event) events.push(event);
        else holds.push(event);
      }),
    sendStart: (message: StartMessage) => call(actor, 'sendStart', () => send('intake', message)),
    now,
  });

  return {
    intake: (actor, body) => fanOut(body as IntakeMessage, fanOutOf(actor)),
    chunks: (actor, body) => scoreChunk(body as ChunkMessage, predictorOf(actor)),
    dead: (actor, body) =>
      giveUp({ id: actor.name, queue: 'dead', body: JSON.stringify(body) }, deadLetterOf(actor)),
    rescore: async () => Promise.reject(new Error('There are no runs here.')),
    stream: (actor, body) => complete(body as JobState, completeOf(actor)),
    round: async (actor) => {
      const sendRescore = async () => {};
      await watchdog({
        ledger: ledgerOf(actor),
        runs,
        staleMinutes: 120,
        now,
        sendRescore,
        ...queuesOf(actor),
      });
    },
  };
}

const pageOf = async (chunks: AsyncIterable<Chunk>, from: number): Promise<Chunk[]> =>
  (await listOf(chunks)).filter(({ chunk }) => chunk >= from).slice(0, CHUNKS_A_PAGE);
