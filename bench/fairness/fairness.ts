import type { Bench, Report, Table } from '../bench.ts';

/** What the default settings come to: 20,000 rows with an index at 2,000 write units a second. */
const LARGE = { chunks: 500, seconds: 20 };
const SMALL = { jobs: 400, seconds: 0.5 };
/** Share of a chunk's time by which it may take longer or shorter. */
const SPREAD = 0.2;
/** By 4,000, 20,000 and 200,000 write units a second. */
const CONSUMERS = [2, 10, 100];

/** A group is noisy with more than this share of what is in flight, or of the recent processing time … */
const NOISY_SHARE = 0.1;
/** … and at least so many messages, for the share of what is in flight. */
const NOISY_IN_FLIGHT = 30;
/** What "recent" means is not told. */
const RECENT_SECONDS = 60;

interface Message {
  group: string;
  arrives: number;
  seconds: number;
}
/** A message that a consumer has received. */
interface Received extends Message {
  from: number;
  to: number;
}
/** Which of the waiting messages, oldest first, a consumer gets at a time. */
type Queue = (waiting: readonly Message[], received: readonly Received[], now: number) => Message;

const oldestFirst: Queue = ([oldest]) => {
  if (!oldest) throw new Error('nothing waits');
  return oldest;
};

const fair: Queue = (waiting, received, now) => {
  const isNoisy = noisyAt(received, now);
  const quiet = waiting.filter(({ group }) => !isNoisy(group));
  if (quiet.length > 0) return oldestFirst(quiet, received, now);
  // Where all are noisy, the group with the fewest in flight comes first.
  const flying = inFlight(received, now);
  const fewest = Math.min(...waiting.map(({ group }) => countOf(flying, group)));
  return oldestFirst(
    waiting.filter(({ group }) => countOf(flying, group) === fewest),
    received,
    now,
  );
};

/** By what is in flight, and by the time of what was done with recently. */
function noisyAt(received: readonly Received[], now: number): (group: string) => boolean {
  const flying = inFlight(received, now);
  const recent = received.filter(({ to }) => to <= now && to > now - RECENT_SECONDS);
  const all = sum(recent.map(({ seconds }) => seconds));
  return (group) => {
    const own = countOf(flying, group);
    if (own >= NOISY_IN_FLIGHT && own > NOISY_SHARE * flying.length) return true;
    const time = sum(recent.filter((one) => one.group === group).map(({ seconds }) => seconds));
    return time > NOISY_SHARE * all;
  };
}

const inFlight = (received: readonly Received[], now: number) =>
  received.filter(({ from, to }) => from <= now && to > now);

const countOf = (messages: readonly Message[], group: string): number =>
  messages.filter((message) => message.group === group).length;

/** Every consumer takes one message at a time, as an event source with a batch of one does. */
function simulate(messages: readonly Message[], consumers: number, queue: Queue): Received[] {
  const received: Received[] = [];
  const waiting = [...messages].sort((a, b) => a.arrives - b.arrives);
  const free: number[] = Array(consumers).fill(0);
  while (waiting.length > 0) {
    const next = free.indexOf(Math.min(...free));
    const now = Math.max(free[next] ?? 0, waiting[0]?.arrives ?? 0);
    const taken = queue(
      waiting.filter(({ arrives }) => arrives <= now),
      received,
      now,
    );
    waiting.splice(waiting.indexOf(taken), 1);
    received.push({ ...taken, from: now, to: now + taken.seconds });
    free[next] = now + taken.seconds;
  }
  return received;
}

/** How long chunks of small jobs wait behind a file of 10^7 rows, with and without message groups: a simulation. */
export const fairness: Bench = { name: 'fairness', run: async () => report() };

function report(): Report {
  return { title: 'Fair queues', about: ABOUT, goals: [], tables: [waits()], notes: NOTES };
}

const ABOUT = `\
How long the chunks of small jobs wait behind a file of 10^7 rows, with and without message groups. This is a simulation: the embedded host gives out the
oldest message first, whatever its group.

- *oldest first*: a standard queue without groups, as AWS describes what fair queues are there for.
- *fair*: the rules of [How Amazon SQS fair queues work](https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html), read in November
  2026. A group is noisy while it has more than a tenth of the messages in flight and at least ${NOISY_IN_FLIGHT}, or more than a tenth of the recent processing time; messages of
  quiet groups come first, then those of the noisy group with the fewest in flight.
- Assumed: "recent" is the last ${RECENT_SECONDS} seconds, by what was done with in them; thresholds act at once and exactly, which AWS does not promise.
- ${LARGE.chunks} chunks of ${LARGE.seconds} s (20,000 rows with an index, at a predictor's share of the write units), all sent at the start; ${SMALL.jobs} jobs of one chunk of
  ${SMALL.seconds} s, spread over the time that the large one takes; every time ± ${SPREAD * 100} %.`;

const NOTES = `\
With 2 predictors, which is what the default settings come to, there are never ${NOISY_IN_FLIGHT} messages in flight: only the share of the processing time tells who is
noisy. A small job then waits for the chunk at hand, not for the file. The large job ends later by the time that the small ones take.`;

function waits(): Table {
  const random = randoms(1);
  const message = (group: string, arrives: number, seconds: number): Message => ({
    ...{ group, arrives },
    seconds: seconds * (1 + SPREAD * (2 * random() - 1)),
  });
  const rows = CONSUMERS.flatMap((consumers) => {
    const large = Array.from({ length: LARGE.chunks }, () => message('large', 0, LARGE.seconds));
    const duration = (LARGE.chunks * LARGE.seconds) / consumers;
    const small = Array.from({ length: SMALL.jobs }, (_, job) =>
      message(`small-${job}`, random() * duration, SMALL.seconds),
    );
    return [
      [consumers, 'small jobs alone', ...waitsOf(simulate(small, consumers, oldestFirst))],
      [consumers, 'oldest first', ...waitsOf(simulate([...large, ...small], consumers, oldestFirst))],
      [consumers, 'fair', ...waitsOf(simulate([...large, ...small], consumers, fair))],
    ];
  });
  return {
    columns: ['predictors', 'queue', 'small jobs wait, s: p50', 'p99', 'longest', 'large job, s'],
    align: ['right', 'left', 'right', 'right', 'right', 'right'],
    rows,
  };
}

/** Of the small jobs the waits, and when the large one ends. */
function waitsOf(received: readonly Received[]): string[] {
  const dwell = received
    .filter(({ group }) => group !== 'large')
    .map(({ arrives, from }) => from - arrives)
    .sort((a, b) => a - b);
  const waits = [0.5, 0.99, 1].map((share) => dwell[Math.ceil(dwell.length * share) - 1] ?? 0);
  const end = Math.max(0, ...received.filter(({ group }) => group === 'large').map(({ to }) => to));
  return [...waits.map((seconds) => seconds.toFixed(1)), end ? end.toFixed(0) : ''];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** The same numbers in every run: Lehmer's generator, between 0 and 1. */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
