import { existsSync, readdirSync, readFileSync } from 'node:fs';

const EVERY_MS = 1000;
const HOST = 'the embedded host';

interface Sample {
  at: number;
  /** Of the function whose worker it is, or of the host. */
  name: string;
  pid: number;
  megabytes: number;
}

/** What the workers of one function took. */
export interface FunctionMemory {
  name: string;
  workers: number;
  /** MB of its largest worker, for each quarter of the time; undefined where none was alive. */
  peaks: (number | undefined)[];
}

/**
 * Samples the resident memory of a host and of its workers, a process for each function or several (Linux; elsewhere there is
 * nothing to tell).
 */
export function watchMemory(host: { pid: number; stack: string }) {
  const samples: Sample[] = [];
  const names = new Map<number, string>([[host.pid, HOST]]);
  const started = Date.now();
  const look = () => {
    for (const pid of [host.pid, ...childrenOf(host.pid)]) {
      const megabytes = residentMegabytes(pid);
      if (megabytes === undefined) continue;
      const name = names.get(pid) ?? functionOf(pid, host.stack);
      names.set(pid, name);
      samples.push({ at: Date.now(), name, pid, megabytes });
    }
  };
  const timer = setInterval(look, EVERY_MS);
  return {
    stop(): FunctionMemory[] {
      clearInterval(timer);
      const ended = Date.now();
      return [...new Set(names.values())].map((name) => {
        const own = samples.filter((sample) => sample.name === name);
        const workers = new Set(own.map(({ pid }) => pid)).size;
        return { name, workers, peaks: quarterPeaks(own, started, ended) };
      });
    },
  };
}

/** Whether a function needs no more at the end than in the beginning; the host keeps all data in memory, and is none. */
export function isFlat({ name, peaks }: FunctionMemory, tolerance: number): boolean {
  const [first, last] = [peaks.at(0), peaks.at(-1)];
  return name === HOST || first === undefined || last === undefined || last <= first * tolerance;
}

function quarterPeaks(samples: readonly Sample[], from: number, to: number): (number | undefined)[] {
  const peaks: (number | undefined)[] = [undefined, undefined, undefined, undefined];
  for (const { at, megabytes } of samples) {
    const quarter = Math.min(3, Math.floor((4 * (at - from)) / (to - from)));
    peaks[quarter] = Math.max(peaks[quarter] ?? 0, megabytes);
  }
  return peaks;
}

function childrenOf(parent: number): number[] {
  if (!existsSync('/proc/self/stat')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      // Behind the name, which may hold anything: state, parent.
      const [, ppid] = (read(pid, 'stat') ?? '').replace(/^.*\) /s, '').split(' ');
      return Number(ppid) === parent;
    });
}

function residentMegabytes(pid: number): number | undefined {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(read(pid, 'status') ?? '') ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

/** `FanOut` of `Heavy-FanOutStageFunctionBE721810-A4E6E77CC9C78`. */
function functionOf(pid: number, stack: string): string {
  const [, name = 'unknown'] =
    /(?:^|\0)AWS_LAMBDA_FUNCTION_NAME=([^\0]*)/.exec(read(pid, 'environ') ?? '') ?? [];
  return name.replace(`${stack}-`, '').replace(/StageFunction.*/, '');
}

/** Undefined of a process that has ended meanwhile. */
function read(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
