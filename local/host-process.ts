import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../infra/package-root.ts';
import {
  type HostOptions,
  hostEnvironment,
  LOOPBACK,
  prepareScratch,
  python,
  scratch,
} from './host-environment.ts';

const HOST_SOURCES = path.join(packageRoot, 'local/host');
const START_MS = 30_000;
const STOP_MS = 15_000;
const POLL_MS = 20;

/** A running host: enough to reach it, and to tell it from another process that got its id later. */
export interface HostProcess {
  endpoint: string;
  pid: number;
  /** Stands among the arguments of the process. */
  instance: string;
}

export const logFile = (stateDirectory: string): string => path.join(stateDirectory, 'host.log');

/** Starts the host as a process of its own, which outlives this one, and waits until it answers. */
export async function startHost(options: HostOptions): Promise<HostProcess> {
  const port = await freePort(lastPort(options.stateDirectory));
  const instance = `dropscore-host-${randomUUID()}`;
  prepareScratch(options.stateDirectory);
  const log = openSync(logFile(options.stateDirectory), 'w');
  const child = spawn(python(), ['-B', path.join(HOST_SOURCES, 'host.py'), instance], {
    cwd: options.stateDirectory,
    detached: true,
    env: hostEnvironment(port, options),
    stdio: ['ignore', log, log],
  });
  child.unref();
  if (!child.pid) throw new Error(`${python()} cannot be started: run npm run setup.`);
  writeFileSync(portFile(options.stateDirectory), String(port));
  const host = { endpoint: `http://${LOOPBACK}:${port}`, pid: child.pid, instance };
  await untilReady(host, options.stateDirectory);
  return host;
}

/** Ends the host and its workers, which are one process group; what is in it is gone. */
export async function stopHost(host: HostProcess, stateDirectory: string): Promise<void> {
  const deadline = Date.now() + STOP_MS;
  signal(host, 'SIGTERM');
  while (isRunning(host)) {
    if (Date.now() > deadline) signal(host, 'SIGKILL');
    await sleep(POLL_MS);
  }
  // Workers that did not heed the first signal.
  signal(host, 'SIGKILL');
  rmSync(scratch(stateDirectory), { recursive: true, force: true });
}

/** Whether the process runs and is this host, not a later one with the same id. */
export function isRunning({ pid, instance }: HostProcess): boolean {
  try {
    return commandLine(pid).includes(instance);
  } catch {
    return false;
  }
}

/** @throws where there is no such process. Slim images of Linux have no `ps`, other systems no /proc. */
function commandLine(pid: number): string {
  return process.platform === 'linux'
    ? readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    : execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
}

/** Changes when the host itself has to be started again. */
export function hostFingerprint(options: HostOptions): string {
  const hash = createHash('sha256').update(JSON.stringify([python(), hostEnvironment(0, options)]));
  for (const name of readdirSync(HOST_SOURCES).sort())
    if (/\.(py|js)$/.test(name)) hash.update(name).update(readFileSync(path.join(HOST_SOURCES, name)));
  return hash.digest('hex');
}

async function untilReady(host: HostProcess, stateDirectory: string): Promise<void> {
  for (const deadline = Date.now() + START_MS; Date.now() < deadline; await sleep(POLL_MS)) {
    const answer = await fetch(`${host.endpoint}/_ministack/ready`).catch(() => undefined);
    if (answer?.ok) return;
    if (!isRunning(host)) break;
  }
  const lastLines = readFileSync(logFile(stateDirectory), 'utf8').trimEnd().split('\n').slice(-5).join('\n');
  if (isRunning(host)) await stopHost(host, stateDirectory);
  throw new Error(`The embedded host did not start. The end of ${logFile(stateDirectory)}:\n${lastLines}`);
}

function signal({ pid }: HostProcess, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const portFile = (stateDirectory: string): string => path.join(stateDirectory, 'port');

/** The address stays the same over restarts where that is possible: people paste it into other tools. */
function lastPort(stateDirectory: string): number {
  const file = portFile(stateDirectory);
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
}

async function freePort(preferred: number): Promise<number> {
  const server = createServer();
  try {
    return await new Promise<number>((resolve, reject) => {
      server.once('error', reject);
      server.listen(preferred, LOOPBACK, () => resolve((server.address() as { port: number }).port));
    });
  } catch (error) {
    if (preferred && (error as NodeJS.ErrnoException).code === 'EADDRINUSE') return freePort(0);
    throw error;
  } finally {
    server.close();
  }
}
