import { createReadStream, statSync } from 'node:fs';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { sqsWorkQueues } from '../../aws/sqs-work-queues.ts';
import type { ModelManifest } from '../../contracts/generated/types.ts';
import { type FanOutDependencies, fanOut } from '../../functions/fan-out/fan-out.ts';
import { MODEL, NOW, SOURCE } from '../../test/unit/factories.ts';
import { memoryLedger } from '../../test/unit/memory-ledger.ts';
import { SETTINGS } from '../splitter/split.ts';

export interface FannedOut {
  rows: number;
  chunks: number;
  bytesRead: number;
  messages: number;
  messageBytes: number;
}

/** Takes every batch at once, and counts what is in it: a queue without a service's own time. */
export function countingQueue() {
  const sent = { messages: 0, messageBytes: 0 };
  const client = {
    async send({ input }: { input: { Entries: { MessageBody: string }[] } }) {
      for (const { MessageBody } of input.Entries) {
        sent.messages++;
        sent.messageBytes += MessageBody.length;
      }
      return {};
    },
  };
  return { sent, client: client as unknown as SQSClient };
}

/** Fan-out's own code on a file, with its messages made and batched, and a ledger and queues in memory. */
export async function fanOutFile(file: string, key: string, features: readonly string[]): Promise<FannedOut> {
  const memory = memoryLedger();
  const queue = countingQueue();
  const reads = { bytes: 0 };
  const source = { ...SOURCE, key };
  const dependencies: FanOutDependencies = {
    ledger: memory.ledger,
    runtimes: [MODEL.runtime],
    settings: { ...SETTINGS, inputBucket: SOURCE.bucket, workBucket: 'work', maxInflatedBytes: 2 ** 40 },
    models: modelOf(features),
    now: () => NOW,
    timeLeft: () => 120_000,
    describe: async () => ({ object: source, bytes: statSync(file).size, lastModified: NOW }),
    read: (_, from, to) => read(file, from, to, reads),
    stage: async () => source,
    ...sqsWorkQueues(queue.client, 'intake', { [MODEL.runtime]: 'chunks' }),
    sendUnpack: () => Promise.reject(new Error('The file was not read in place.')),
  };
  await fanOut({ type: 'start', requestedBy: 'drop', source }, dependencies);
  const [entry] = [...memory.entries.values()];
  const { rowsTotal, chunksTotal } = entry?.state ?? {};
  if (rowsTotal === undefined || chunksTotal === undefined) throw new Error(JSON.stringify(entry?.state));
  return { rows: rowsTotal, chunks: chunksTotal, bytesRead: reads.bytes, ...queue.sent };
}

function modelOf(features: readonly string[]): FanOutDependencies['models'] {
  const manifest: ModelManifest = {
    ...{ name: MODEL.name, version: MODEL.version, runtime: MODEL.runtime, format: 'joblib', python: '3.13' },
    ...{ artifacts: [{ path: 'm', sha256: 'b'.repeat(64), bytes: 1 }], libraries: {}, publishedAt: NOW },
    features: features.map((name) => ({ name, type: 'float' })),
    output: { kind: 'regression' },
  };
  return {
    current: async () => Buffer.from(JSON.stringify({ version: MODEL.version })),
    shadow: async () => undefined,
    manifest: async () => Buffer.from(JSON.stringify(manifest)),
    names: async () => [MODEL.name],
  };
}

async function* read(file: string, start: number, to: number | undefined, reads: { bytes: number }) {
  const range = { start, ...(to !== undefined && { end: to - 1 }) };
  for await (const piece of createReadStream(file, range) as AsyncIterable<Buffer>) {
    reads.bytes += piece.length;
    yield piece;
  }
}
