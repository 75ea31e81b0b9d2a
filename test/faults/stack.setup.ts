import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ListQueuesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { TestProject } from 'vitest/node';
import { sqsClient } from '../../aws/clients.ts';
import { localAws } from '../../local/local-aws.ts';
import { down, up } from '../../local/local-stack.ts';
import { publishModels } from '../../local/publish-models.ts';

const VISIBILITY_SECONDS = 6;
/** Deliveries of a message until it is a dead letter. */
export const MAX_RECEIVES = 4;
export const RETENTION_DAYS = 30;

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the functions look for AWS: a test file starts its proxy there. */
    proxyPort: number;
  }
}

/** A stack whose functions reach the host through a port on which only tests answer. Jobs have several small chunks. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stateDirectory = mkdtempSync(path.join(tmpdir(), 'dropscore-faults-'));
  const proxyPort = await freePort();
  const { stack } = await up({
    stateDirectory,
    workerEndpoint: `http://127.0.0.1:${proxyPort}`,
    settings: {
      stackName: 'Faults',
      chunkRows: 60,
      writeThreads: 2,
      scoresRetentionDays: RETENTION_DAYS,
      fanOutConcurrency: 10,
      runtimes: { classic: { timeoutSeconds: 20, maximumConcurrency: 6 }, onnx: { enabled: false } },
      functions: { fanOut: { timeoutSeconds: 30 }, deadLetter: { timeoutSeconds: 10 } },
      queues: { visibilityFactor: 1, maxReceives: MAX_RECEIVES },
      watchdog: { staleMinutes: 0 },
    },
  });
  await publishModels(stack, '.dropscore/sample-data/models');
  await shortenVisibility(stack.endpoint);
  project.provide('stack', stack);
  project.provide('proxyPort', proxyPort);
  return async () => {
    await down({ stateDirectory });
    rmSync(stateDirectory, { recursive: true, force: true });
  };
}

/** What a killed worker held comes back in seconds. No setting allows less than a function's timeout, nor should it. */
async function shortenVisibility(endpoint: string): Promise<void> {
  const sqs = sqsClient(localAws(endpoint));
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
  for (const QueueUrl of QueueUrls) {
    const Attributes = { VisibilityTimeout: String(VISIBILITY_SECONDS) };
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
  }
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
