import { HOST, residentMegabytes, type Worker, workersOf } from '../../bench/workers.ts';

const EVERY_MS = 1000;

interface Sample extends Worker {
  at: number;
  megabytes: number;
}

/** What the workers of one function took. */
export interface FunctionMemory {
  name: string;
  workers: number;
  /** MB of its largest worker, for each quarter of the time; undefined where none was alive. */
  peaks: (number | undefined)[];
}

/** Samples the resident memory of a host and of its workers (Linux; elsewhere there is nothing to tell). */
export function watchMemory(host: { pid: number; stack: string }) {
  const samples: Sample[] = [];
  const started = Date.now();
  const look = () => {
    for (const worker of workersOf(host)) {
      const megabytes = residentMegabytes(worker.pid);
      if (megabytes !== undefined) samples.push({ ...worker, at: Date.now(), megabytes });
    }
  };
  const timer = setInterval(look, EVERY_MS);
  return {
    stop(): FunctionMemory[] {
      clearInterval(timer);
      const ended = Date.now();
      return [...new Set(samples.map(({ name }) => name))].map((name) => {
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
