import type { FaultedJob } from '../faults/faulted-job.ts';
import {
  afterDoing,
  conflict,
  corrupted,
  cutShort,
  delayed,
  forgetful,
  halved,
  killed,
  lostAfter,
  lostBefore,
  rejecting,
  repeated,
  serverError,
  throttled,
  unprocessed,
} from '../faults/faults.ts';
import { readsChunk, splitsSource } from '../faults/points.ts';
import type { Fault, Rule } from '../faults/proxy.ts';
import { randomCalamity } from './calamities.ts';
import type { Random } from './random.ts';
import type { Source } from './source.ts';

/** One thing that is to go wrong in a job. */
export interface Mishap {
  /** For the table: what happens to which request. */
  kind: string;
  rule: Rule;
  fault: (job: FaultedJob, world: World) => Fault;
  /** The reason for which the job then ends, or its chunk is written off, until its user asks for a retry. */
  leaves?: 'cancelled' | 'intake_failed' | 'chunk_failed';
  /** Only the watchdog helps. */
  needsWatchdog?: true;
}

/** What is done to a source besides scoring it. */
export interface World {
  overwrite(): Promise<unknown>;
  remove(): Promise<unknown>;
}

const TRANSIENT: Record<string, Fault> = {
  'server error': serverError,
  throttled,
  'request lost': lostBefore,
  'answer lost': lostAfter,
};

/** Requests of a job, and what more can happen to each. */
const REQUESTS: Record<string, Record<string, Fault>> = {
  'DynamoDB.TransactWriteItems': { conflict, 'token forgotten': forgetful },
  'DynamoDB.PutItem': {},
  'DynamoDB.UpdateItem': {},
  'DynamoDB.GetItem': {},
  'DynamoDB.BatchGetItem': {},
  'DynamoDB.Query': {},
  'DynamoDB.BatchWriteItem': { 'items unprocessed': unprocessed(7) },
  'SQS.SendMessageBatch': { 'entries rejected': rejecting(0, 3), 'sent twice': repeated },
  'SQS.SendMessage': { 'sent twice': repeated },
  'S3.GetObject': {},
  'S3.PutObject': {},
  'Events.PutEvents': { 'sent twice': repeated },
};

const MOST_KILLS = 3;

/** Up to five things that go wrong, at most one of which needs somebody's help. */
export function randomMishaps(random: Random, source: Source, file: string): Mishap[] {
  const mishaps = Array.from({ length: random.int(0, 5) }, () =>
    random.pick([aFault, aFault, aKill, aDelay, aDownload, aDeed])(random, file),
  );
  const kills = mishaps.filter(({ kind }) => kind.startsWith('killed'));
  const few = mishaps.filter((mishap) => !kills.slice(MOST_KILLS).includes(mishap));
  return random.chance(0.15) ? [...few, randomCalamity(random, source)] : few;
}

/** A request of a job, drawn from all that it makes. Of its reads, those of the source hold no id. */
function anyRequest(random: Random, file: string, times = 1): Rule {
  const rule = { on: random.pick(Object.keys(REQUESTS)), after: random.pick([0, 0, 0, 1, 2, 4, 7]), times };
  return rule.on === 'S3.GetObject' && random.chance(0.7) ? { ...rule, about: file } : rule;
}

function aFault(random: Random, file: string): Mishap {
  const rule = anyRequest(random, file, random.int(1, 3));
  const faults = { ...TRANSIENT, ...REQUESTS[rule.on] };
  const name = random.pick(Object.keys(faults));
  return { kind: `${name}: ${rule.on}`, rule, fault: () => faults[name] ?? serverError };
}

function aKill(random: Random, file: string): Mishap {
  const when = random.pick(['before', 'after'] as const);
  const rule = anyRequest(random, file);
  return { kind: `killed ${when}: ${rule.on}`, rule, fault: () => killed(when) };
}

function aDelay(random: Random, file: string): Mishap {
  const ms = random.pick([300, 2_000, 8_000]);
  return { kind: `delayed by ${ms / 1000} s`, rule: anyRequest(random, file), fault: () => delayed(ms) };
}

function aDownload(random: Random, file: string): Mishap {
  const model = { on: 'S3.GetObject', about: '/model.joblib' };
  const [kind, rule, fault] = random.pick<[string, Rule, Fault]>([
    ['download cut: source', splitsSource(file), cutShort],
    ['download halved: source', splitsSource(file), halved],
    ['download cut: chunk', readsChunk(file), cutShort],
    ['download cut: model', model, cutShort],
    ['download halved: model', model, halved],
    ['download corrupted: model', model, corrupted],
  ]);
  return { kind, rule, fault: () => fault };
}

/** What a user does in the midst of it. */
function aDeed(random: Random, file: string): Mishap {
  const rule = anyRequest(random, file);
  return random.pick<Mishap>([
    { kind: 'source overwritten', rule, fault: (_, { overwrite }) => afterDoing(overwrite) },
    { kind: 'source deleted', rule, fault: (_, { remove }) => afterDoing(remove) },
    {
      kind: 'user cancels',
      rule,
      leaves: 'cancelled',
      fault: (job) => afterDoing(() => job.ask({ type: 'cancel', attempt: 1 })),
    },
    {
      kind: 'user retries too early',
      rule,
      fault: (job) => afterDoing(() => job.ask({ type: 'retry', attempt: 2 })),
    },
  ]);
}
