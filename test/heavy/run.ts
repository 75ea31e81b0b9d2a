/**
 * A heavy load on a stack of its own, on the embedded host: many small sources at once, a large one, or the small ones dropped
 * while the large one is scored.
 *   npm run test:heavy -- [--sources 10000] [--rows 1000000] [--output both] [--predictors 2]
 *   npm run test:heavy -- --rescore 10000     so many past jobs, listed by rescore
 * Every job has to end and to hold to `dropscore job verify`, and every function's memory to stay flat; exit code 1 where not.
 * Prints Markdown.
 */
import { parseArgs } from 'node:util';
import { machine } from '../../bench/machine.ts';
import { until } from '../../bench/until.ts';
import type { Job } from '../../contracts/generated/types.ts';
import { accountFor, allEnded } from './ended-jobs.ts';
import { faultsOf, memoryTable, overview } from './heavy-report.ts';
import { heavyStack } from './heavy-stack.ts';
import { listPastJobs } from './past-jobs.ts';
import { isFlat, watchMemory } from './worker-memory.ts';

/** Of the first quarter's peak: what garbage collection and the allocator come to. */
const FLAT = 1.25;
/** In less, a quarter of the time is all warming up, and memory is only told. */
const JUDGED_MS = 120_000;
const PROGRESS_MS = 10_000;
const SHOWN = 20;

const { values } = parseArgs({
  options: {
    sources: { type: 'string', default: '0' },
    rows: { type: 'string', default: '0' },
    output: { type: 'string', default: 'both' },
    predictors: { type: 'string' },
    rescore: { type: 'string' },
  },
});
const [sources, rows] = [Number(values.sources), Number(values.rows)];
if (!(sources > 0 || rows > 0 || values.rescore))
  throw new Error('usage: npm run test:heavy -- --sources 10000 or --rows 1000000 or --rescore 10000');

if (values.rescore) tell(await listPastJobs(Number(values.rescore)));
else await load();

async function load(): Promise<void> {
  const heavy = await heavyStack({
    output: values.output as Job['settings']['output'],
    ...(values.predictors && { runtimes: { classic: { maximumConcurrency: Number(values.predictors) } } }),
  });
  process.once('SIGINT', () => void heavy.close().then(() => process.exit(130)));
  try {
    await run(heavy);
  } finally {
    await heavy.close();
  }
}

async function run(heavy: Awaited<ReturnType<typeof heavyStack>>): Promise<void> {
  const { connection, stack } = heavy;
  const ledger = await connection.ledger();
  const memory = watchMemory(stack);
  const started = Date.now();
  const large = rows > 0 ? [await heavy.dropLarge(rows)] : [];
  // The small ones come when all chunks of the large one are before theirs.
  for (const { jobId } of large) await until(ledger, jobId, ({ splitDone }) => splitDone);
  const small = await heavy.dropSmall(sources);
  const dropped = [...large, ...small];
  const views = await allEnded(ledger, dropped, progress(dropped.length, 'ended'));
  const functions = memory.stop();
  const isJudged = Date.now() - started >= JUDGED_MS;

  const account = await accountFor(connection, dropped, views, progress(dropped.length, 'verified'));
  console.log(`${machine()}; output ${values.output}.\n`);
  console.log(`${overview(dropped, views, account)}\n\n${memoryTable(functions)}`);
  const grown = functions
    .filter((each) => isJudged && !isFlat(each, FLAT))
    .map(({ name }) => `${name} has grown`);
  tell([...faultsOf(account, dropped), ...grown]);
}

function tell(faults: readonly string[]): void {
  for (const fault of faults.slice(0, SHOWN)) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
}

function progress(jobs: number, what: string): (done: number) => void {
  let told = Date.now();
  return (done) => {
    if (Date.now() - told < PROGRESS_MS) return;
    told = Date.now();
    console.error(`${done} of ${jobs} jobs ${what}`);
  };
}
