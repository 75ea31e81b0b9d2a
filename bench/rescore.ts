/**
 * A run of very many past jobs, by rescore's own code and queries, in a heap of 64 MB:
 *   npx tsx bench/rescore.ts [--jobs 1000,10000,100000]
 * The table is made as it is asked for, so that what is measured is what rescore keeps of it. Each number of jobs has a process of its
 * own. Prints a Markdown table; exit code 1 where the heap grows with them.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runOfMany } from '../test/unit/many-jobs.ts';
import { machine } from './machine.ts';

const HEAP_MB = 64;
/** Of the least number's: what the runtime itself varies by. */
const MOST = 1.25;
/** Steps between two looks at the heap, each of which collects garbage. */
const EVERY = 19;

interface Pass {
  name: string;
  seconds: number;
  queries: number;
  steps: number;
  /** Of what was alive behind a step, in MB. */
  peakHeap: number;
}

const { values } = parseArgs({
  options: { jobs: { type: 'string', default: '1000,10000,100000' }, only: { type: 'string' } },
});
if (values.only) console.log(JSON.stringify(await measured(Number(values.only))));
else compare(values.jobs.split(',').map(Number));

function compare(numbers: readonly number[]): void {
  console.log(`${machine()}.\n`);
  console.log(
    '| past jobs | pass | seconds | queries | steps | live heap at most, MB |\n|---:|---|---:|---:|---:|---:|',
  );
  const peaks = numbers.map((jobs) => {
    const self = fileURLToPath(import.meta.url);
    const options = [
      '--expose-gc',
      `--max-old-space-size=${HEAP_MB}`,
      '--import',
      'tsx',
      self,
      '--only',
      String(jobs),
    ];
    const passes: Pass[] = JSON.parse(execFileSync(process.execPath, options, { encoding: 'utf8' }));
    for (const { name, seconds, queries, steps, peakHeap } of passes)
      console.log(
        `| ${jobs} | ${name} | ${seconds.toFixed(1)} | ${queries} | ${steps} | ${peakHeap.toFixed(1)} |`,
      );
    return Math.max(...passes.map(({ peakHeap }) => peakHeap));
  });
  const [least = 0, most = 0] = [Math.min(...peaks), Math.max(...peaks)];
  if (most > MOST * least) process.exitCode = 1;
}

async function measured(jobs: number): Promise<Pass[]> {
  let [peakHeap, steps] = [0, 0];
  const many = await runOfMany(jobs, () => {
    if (steps++ % EVERY !== 0) return;
    global.gc?.();
    peakHeap = Math.max(peakHeap, process.memoryUsage().heapUsed / 2 ** 20);
  });
  const pass = async (name: string): Promise<Pass> => {
    [peakHeap, steps] = [0, 0];
    many.requests.clear();
    const began = performance.now();
    await many.goOn();
    const queries = [...many.requests.values()].reduce((sum, count) => sum + count, 0);
    return { name, seconds: (performance.now() - began) / 1000, queries, steps, peakHeap };
  };
  const listing = await pass('listing');
  many.endJobs();
  const summary = await pass('summary');
  if (many.run().status !== 'completed') throw new Error(`The run is ${many.run().status}.`);
  return [listing, summary];
}
