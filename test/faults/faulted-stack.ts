import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ListQueuesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { sqsClient } from '../../aws/clients.ts';
import type { SettingsInput } from '../../infra/settings.ts';
import { localAws } from '../../local/local-aws.ts';
import { down, type LocalStack, up } from '../../local/local-stack.ts';
import { publishModels } from '../../local/publish-models.ts';

const VISIBILITY_SECONDS = 6;

/** The models of the samples, as a registry would hold them. */
export const SAMPLE_MODELS = '.dropscore/sample-data/models';

export interface FaultedStack {
  stack: LocalStack;
  /** Where the functions look for AWS: a proxy is to be started there. */
  proxyPort: number;
  stop(): Promise<void>;
}

/** Most of them are held or killed at any time, whatever the machine. */
const PREDICTORS = 6;

/** A stack whose functions reach the host through a port on which only tests answer. Jobs have several small chunks. */
export async function startFaultedStack(settings: SettingsInput): Promise<FaultedStack> {
  const stateDirectory = mkdtempSync(path.join(tmpdir(), 'dropscore-faults-'));
  const proxyPort = await freePort();
  const { stack } = await up({
    stateDirectory,
    workerEndpoint: `http://127.0.0.1:${proxyPort}`,
    processors: PREDICTORS,
    settings: {
      chunkRows: 60,
      writeThreads: 2,
      fanOutConcurrency: 10,
      runtimes: { classic: { timeoutSeconds: 20, maximumConcurrency: PREDICTORS }, onnx: { enabled: false } },
      functions: { fanOut: { timeoutSeconds: 30 }, deadLetter: { timeoutSeconds: 10 } },
      ...settings,
    },
  });
  await publishModels(stack, SAMPLE_MODELS);
  await shortenVisibility(stack.endpoint);
  const stop = async () => {
    await down({ stateDirectory });
    rmSync(stateDirectory, { recursive: true, force: true });
  };
  return { stack, proxyPort, stop };
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

/** On which nobody listens. */
export function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
