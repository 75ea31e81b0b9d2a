import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sqsClient } from '../../../aws/clients.ts';
import { Patience } from '../../../aws/patience.ts';
import { isThrottle } from '../../../aws/throttles.ts';

const LONG = 100_000;
let refusal: [status: number, code: string];
let asked: number;
let server: Server;
beforeAll(async () => {
  server = createServer((_, answer) => {
    asked++;
    const [status, code] = refusal;
    answer.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
    answer.end(JSON.stringify({ __type: `com.amazonaws.sqs#${code}` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());
beforeEach(() => {
  asked = 0;
});

/** What a call comes to that is refused each time, in an invocation with so much time left at each. */
async function failure(timeLeft: () => number): Promise<unknown> {
  const { port } = server.address() as AddressInfo;
  const patience = new Patience();
  patience.begin(timeLeft);
  const access = { region: 'eu-west-1', credentials: { accessKeyId: 'k', secretAccessKey: 's' } };
  const client = sqsClient({ ...access, endpoint: `http://127.0.0.1:${port}`, ...patience });
  const send = new SendMessageCommand({ QueueUrl: `http://127.0.0.1:${port}/queue`, MessageBody: 'm' });
  return client.send(send).catch((error) => error);
}

describe('the patience of an invocation', () => {
  it.each([
    [403, 'RequestThrottled', true],
    [503, 'ServiceUnavailable', false],
  ])('ends after seven tries of what passes: %i %s', async (status, code, throttles) => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    refusal = [status, code];
    const error = await failure(() => LONG);
    expect(asked).toBe(7);
    expect(isThrottle(error)).toBe(throttles);
  });

  it('ends in time for the message to be sent again', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    refusal = [403, 'RequestThrottled'];
    let waits = 0;
    const error = await failure(() => (waits++ < 2 ? LONG : 10_300));
    expect(asked).toBe(3);
    expect(isThrottle(error)).toBe(true);
  });

  it('is none for a refusal', async () => {
    refusal = [400, 'InvalidMessageContents'];
    const error = await failure(() => LONG);
    expect(asked).toBe(1);
    expect(isThrottle(error)).toBe(false);
  });
});
