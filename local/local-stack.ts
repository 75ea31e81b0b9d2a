import path from 'node:path';
import { deployStack, enableTimeToLive } from '../aws/cloudformation-deployment.ts';
import { packageRoot } from '../infra/package-root.ts';
import type { SettingsInput } from '../infra/settings.ts';
import { type Assembly, build, synthesise } from './assembly.ts';
import type { HostOptions } from './host-environment.ts';
import { hostFingerprint, isRunning, logFile, startHost, stopHost } from './host-process.ts';
import { localApi } from './local-api.ts';
import { localAws } from './local-aws.ts';
import { type LocalStack, readRecord, removeRecord, writeRecord } from './local-record.ts';
import { locked } from './lock.ts';
import { makeEnvironment, missingEnvironments } from './runtime-environments.ts';

export type { LocalStack } from './local-record.ts';

/** Told twice a step: when it begins, and with its duration when it has ended. A note is told once. */
export type OnStep = (step: { what: string; ms?: number; note?: string }) => void;

export interface LocalOptions {
  /** Holds everything of the stack; a test that wants a stack of its own gives it one of its own. */
  stateDirectory?: string;
  onStep?: OnStep;
}

export interface UpOptions extends LocalOptions {
  /** Over those of the checkout's settings file. */
  settings?: SettingsInput;
  /** Starts from nothing, whatever runs. */
  fresh?: boolean;
  /** Holds the functions to the roles of the template, as AWS does; on where absent. */
  enforceIam?: boolean;
  /** Where the functions find AWS instead of at the host: for tests that put a proxy in between. */
  workerEndpoint?: string;
  /** How many the functions may share; those of this machine where absent. */
  processors?: number;
}

export interface UpResult {
  stack: LocalStack;
  /** `restarted`: a stack ran that could not be brought up to date, and what was in it is gone. */
  outcome: 'unchanged' | 'updated' | 'started' | 'restarted';
}

export type LocalStatus = { running: false; log: string } | { running: true; log: string; stack: LocalStack };

/**
 * Brings the template up on the embedded host. Where the same template runs already, nothing is done; where another does, it
 * is updated in place and keeps its data.
 */
export async function up(options: UpOptions = {}): Promise<UpResult> {
  return locked(directoryOf(options), () => bringUp(options));
}

async function bringUp(options: UpOptions): Promise<UpResult> {
  const { fresh = false, enforceIam = true, workerEndpoint, processors, settings = {} } = options;
  const stateDirectory = directoryOf(options);
  const host = { stateDirectory, enforceIam, workerEndpoint, processors };
  const step = timed(options.onStep);

  await step('Bundling the functions', build);
  const assembly = await step('Synthesising the template', () => synthesise(stateDirectory, settings));
  for (const missing of missingEnvironments(assembly.settings)) {
    await step(`Installing the libraries of the runtime ${missing.runtime}`, () => makeEnvironment(missing));
    if (missing.note) options.onStep?.({ what: `Runtime ${missing.runtime}`, note: missing.note });
  }
  const running = runningStack(stateDirectory);
  const hostIsCurrent = running?.hostFingerprint === hostFingerprint(host);

  if (running && hostIsCurrent && !fresh) {
    if (running.fingerprint === assembly.fingerprint)
      return { stack: await recorded(running, stateDirectory), outcome: 'unchanged' };
    const updated = await step('Updating the stack', () => update(running, assembly, stateDirectory));
    if (updated) return { stack: updated, outcome: 'updated' };
  }
  if (running) await step('Stopping the embedded AWS host', () => stop(running, stateDirectory));
  const stack = await start(assembly, host, step);
  return { stack, outcome: running ? 'restarted' : 'started' };
}

/** Stops the stack; what was in it is gone. False where none ran. */
export async function down(options: LocalOptions = {}): Promise<boolean> {
  const stateDirectory = directoryOf(options);
  return locked(stateDirectory, async () => {
    const running = runningStack(stateDirectory);
    if (!running) return false;
    await timed(options.onStep)('Stopping the embedded AWS host', () => stop(running, stateDirectory));
    return true;
  });
}

export function status(options: LocalOptions = {}): LocalStatus {
  const stateDirectory = directoryOf(options);
  const log = logFile(stateDirectory);
  const stack = runningStack(stateDirectory);
  return stack ? { running: true, log, stack } : { running: false, log };
}

async function start(assembly: Assembly, options: HostOptions, step: Step): Promise<LocalStack> {
  const { stateDirectory } = options;
  const host = await step('Starting the embedded AWS host', () => startHost(options));
  const stack: LocalStack = {
    ...host,
    stack: assembly.deployment.stack,
    fingerprint: '',
    hostFingerprint: hostFingerprint(options),
    startedAt: new Date().toISOString(),
  };
  try {
    await step('Deploying the template', () => deploy(stack, assembly));
    return await recorded({ ...stack, fingerprint: assembly.fingerprint }, stateDirectory);
  } catch (error) {
    await stopHost(host, stateDirectory);
    throw error;
  }
}

/** Undefined where the host cannot go from the old template to the new one. */
async function update(
  running: LocalStack,
  assembly: Assembly,
  stateDirectory: string,
): Promise<LocalStack | undefined> {
  if (running.stack !== assembly.deployment.stack) return undefined;
  try {
    await deploy(running, assembly);
  } catch {
    return undefined;
  }
  return recorded({ ...running, fingerprint: assembly.fingerprint }, stateDirectory);
}

async function deploy({ endpoint, stack }: LocalStack, assembly: Assembly): Promise<void> {
  await deployStack(localAws(endpoint), assembly.deployment);
  for (const expiry of assembly.expiries) await enableTimeToLive(localAws(endpoint), stack, expiry);
}

async function stop(running: LocalStack, stateDirectory: string): Promise<void> {
  await stopHost(running, stateDirectory);
  removeRecord(stateDirectory);
}

async function recorded(stack: LocalStack, stateDirectory: string): Promise<LocalStack> {
  const { api: known, ...rest } = stack;
  const api = await localApi(stack, known);
  const record = { ...rest, ...(api && { api }) };
  writeRecord(stateDirectory, record);
  return record;
}

/** The recorded stack, unless its host died without anyone's telling. */
function runningStack(stateDirectory: string): LocalStack | undefined {
  const record = readRecord(stateDirectory);
  return record && isRunning(record) ? record : undefined;
}

const directoryOf = ({ stateDirectory }: LocalOptions): string =>
  path.resolve(stateDirectory ?? path.join(packageRoot, '.dropscore'));

type Step = <T>(what: string, action: () => Promise<T>) => Promise<T>;

const timed =
  (onStep: OnStep | undefined): Step =>
  async (what, action) => {
    const started = performance.now();
    onStep?.({ what });
    const result = await action();
    onStep?.({ what, ms: Math.round(performance.now() - started) });
    return result;
  };
