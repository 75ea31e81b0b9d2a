import { existsSync, readdirSync, readFileSync } from 'node:fs';

export const HOST = 'the embedded host';

/** Clock ticks a second in /proc, on every Linux that Node runs on. */
const TICKS = 100;

/** A process of a host. */
export interface Worker {
  /** Of the function whose worker it is, or of the host. */
  name: string;
  pid: number;
}

/**
 * A host and the workers of its functions, a process for each function or several (Linux; elsewhere the host alone).
 */
export const workersOf = (host: { pid: number; stack: string }): Worker[] => [
  { name: HOST, pid: host.pid },
  ...childrenOf(host.pid).map((pid) => ({ name: functionOf(pid, host.stack), pid })),
];

/** Undefined of a process that has ended meanwhile. */
export function residentMegabytes(pid: number): number | undefined {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(read(pid, 'status') ?? '') ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

/** What a process has used of the processors since its start; 0 of one that has ended meanwhile. */
export const cpuSeconds = (pid: number): number => seconds(statOf(pid).slice(11, 13));

/** What the children of a process used that have ended. */
export const cpuSecondsOfEnded = (pid: number): number => seconds(statOf(pid).slice(13, 15));

const seconds = (ticks: readonly string[]): number =>
  ticks.reduce((sum, each) => sum + Number(each), 0) / TICKS;

function childrenOf(parent: number): number[] {
  if (!existsSync('/proc/self/stat')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => Number(statOf(pid)[1]) === parent);
}

/** `FanOut` of `Heavy-FanOutStageFunctionBE721810-A4E6E77CC9C78`. */
function functionOf(pid: number, stack: string): string {
  const [, name = 'unknown'] =
    /(?:^|\0)AWS_LAMBDA_FUNCTION_NAME=([^\0]*)/.exec(read(pid, 'environ') ?? '') ?? [];
  return name.replace(`${stack}-`, '').replace(/StageFunction.*/, '');
}

/** The fields behind the name, which may hold anything: state, parent, and so on. */
const statOf = (pid: number): string[] => (read(pid, 'stat') ?? '').replace(/^.*\) /s, '').split(' ');

/** Undefined of a process that has ended meanwhile. */
function read(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
