import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorAnswer, THROTTLES } from './answers.ts';
import type { Answer, Fault } from './proxy.ts';
import { senderOf } from './requests.ts';

/** No fault: a request is only counted. */
export const noticed: Fault = (_, forward) => forward();

export const serverError: Fault = async (request) => {
  return errorAnswer(
    request,
    500,
    request.operation.startsWith('S3.') ? 'InternalError' : 'InternalServerError',
  );
};

export const throttled: Fault = async (request) => {
  const [status, code] = THROTTLES[request.operation.split('.')[0] ?? ''] ?? [400, 'Throttling'];
  return errorAnswer(request, status, code);
};

/** Another transaction holds the second item, which is a job's counters. */
export const conflict: Fault = async (request) => {
  const CancellationReasons = [{ Code: 'None' }, { Code: 'TransactionConflict', Message: 'ongoing' }];
  return errorAnswer(request, 400, 'TransactionCanceledException', { CancellationReasons });
};

/** The request never arrives. */
export const lostBefore: Fault = async () => 'lost';

/** What was asked for is done, and nobody is told. */
export const lostAfter: Fault = async (_, forward) => {
  await forward();
  return 'lost';
};

/** As if ten minutes lay between the tries: DynamoDB has forgotten the token that marks them as one. */
export const forgetful: Fault = (request, forward) => {
  const { ClientRequestToken, ...transaction } = JSON.parse(request.body.toString());
  return forward(transaction);
};

export const delayed =
  (ms: number): Fault =>
  async (_, forward) => {
    await sleep(ms);
    return forward();
  };

/** Kept from going on until something else has happened. */
export const heldUntil =
  (happened: Promise<unknown>): Fault =>
  async (_, forward) => {
    await happened;
    return forward();
  };

/** Does something first: to the world that the request is about to find. */
export const afterDoing =
  (action: () => Promise<unknown>): Fault =>
  async (_, forward) => {
    await action();
    return forward();
  };

/** Keeps the first senders until so many are there, and lets them go at once. */
export function meeting(size: number): Fault {
  let gather: (() => void) | undefined;
  const all = new Promise<void>((resolve) => {
    gather = resolve;
  });
  let there = 0;
  return async (_, forward) => {
    if (++there === size) gather?.();
    await all;
    return forward();
  };
}

/** SIGKILL for the process that asks, before its request goes on or when it has been answered. */
export const killed =
  (when: 'before' | 'after', alsoDo: () => Promise<unknown> = async () => {}): Fault =>
  async (request, forward) => {
    const sender = senderOf(request);
    if (when === 'after') await forward();
    await alsoDo();
    process.kill(sender, 'SIGKILL');
    return 'lost';
  };

/** So many come at once to a write that one of them can make: whose it is, is killed, and the others learn that it was made. */
export function winnerKilled(size: number): Fault {
  const together = meeting(size);
  return async (request, forward) => {
    const sender = senderOf(request);
    const answer = await together(request, forward);
    if (answer === 'lost' || answer.status !== 200) return answer;
    process.kill(sender, 'SIGKILL');
    return 'lost';
  };
}

/** A table that is throttled in mid-batch: it takes the first puts, and gives the others back. */
export const unprocessed =
  (taken: number): Fault =>
  async (request, forward) => {
    const { RequestItems } = JSON.parse(request.body.toString());
    const [table = '', puts] = Object.entries<unknown[]>(RequestItems)[0] ?? [];
    const answer = await forward({ RequestItems: { [table]: puts?.slice(0, taken) } });
    const rest = puts?.slice(taken) ?? [];
    return { ...answer, body: Buffer.from(JSON.stringify({ UnprocessedItems: { [table]: rest } })) };
  };

const JSON_HEADERS = ['content-type', 'application/x-amz-json-1.0'];
const TOOK_NOTHING: Answer = { status: 200, headers: JSON_HEADERS, body: Buffer.from('{"Successful":[]}') };

/** A queue that answers 200 and has taken only some entries, by their places in the batch. */
export const rejecting =
  (...places: number[]): Fault =>
  async (request, forward) => {
    const { Entries, ...batch } = JSON.parse(request.body.toString()) as { Entries: { Id: string }[] };
    const taken = Entries.filter((_, place) => !places.includes(place));
    const Failed = Entries.filter((_, place) => places.includes(place)).map(({ Id }) => ({
      ...{ Id, Code: 'InternalError', SenderFault: false },
    }));
    const answer = taken.length > 0 ? await forward({ ...batch, Entries: taken }) : TOOK_NOTHING;
    const told = { ...JSON.parse(answer.body.toString()), Failed };
    return { ...answer, body: Buffer.from(JSON.stringify(told)) };
  };

/** It arrives twice. */
export const repeated: Fault = async (_, forward) => {
  await forward();
  return forward();
};

/** A queue that has taken every entry, and loses them all. */
export const vanished: Fault = async ({ body }) => {
  const { Entries } = JSON.parse(body.toString()) as { Entries: { Id: string; MessageBody: string }[] };
  const Successful = Entries.map(({ Id, MessageBody }) => ({
    ...{ Id, MessageId: randomUUID() },
    MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
  }));
  return { status: 200, headers: JSON_HEADERS, body: Buffer.from(JSON.stringify({ Successful })) };
};

/** Time that passes quicker: a message that is to wait, waits no more. */
export const hastened: Fault = (request, forward) => {
  const message = JSON.parse(request.body.toString());
  return forward({ ...message, DelaySeconds: 0 });
};

/** A download that breaks off in the middle. */
export const cutShort: Fault = async (_, forward) => {
  const answer = await forward();
  return { ...answer, cutAfter: Math.floor(answer.body.length / 2) };
};

/** A download that ends in the middle and says that this is all. */
export const halved: Fault = async (_, forward) => {
  const answer = await forward();
  return { ...answer, body: answer.body.subarray(0, Math.floor(answer.body.length / 2)) };
};

/** A download of which a byte in the middle is another. */
export const corrupted: Fault = async (_, forward) => {
  const answer = await forward();
  const body = Buffer.from(answer.body);
  const middle = Math.floor(body.length / 2);
  body[middle] = (body[middle] ?? 0) ^ 0xff;
  return { ...answer, body };
};

/** A download of an object that was stored without a checksum, which would give a fault away. */
export const unchecked =
  (fault: Fault): Fault =>
  async (request, forward) => {
    const answer = await fault(request, forward);
    if (answer === 'lost') return answer;
    const { headers } = answer;
    return {
      ...answer,
      headers: headers.filter((_, i) => !/^x-amz-checksum/i.test(headers[i - (i % 2)] ?? '')),
    };
  };
