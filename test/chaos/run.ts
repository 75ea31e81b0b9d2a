/**
 * Drops random sources under random faults, and compares what each came to with what its maker knows:
 *   npm run test:chaos -- --seeds 1000 [--seed FIRST] [--at-once 16]
 * With `--seed S` alone, plays that one again, and tells what it is.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openConnection } from '../../cli/connection.ts';
import { startFaultedStack } from '../faults/faulted-stack.ts';
import { startProxy } from '../faults/proxy.ts';
import { publishCopy } from '../faults/publish-copy.ts';
import { terminalEvents } from '../faults/terminal-events.ts';
import { theHost } from '../pipeline/host.ts';
import { openPipeline } from '../pipeline/open-pipeline.ts';
import setUpScratch from '../scratch.setup.ts';
import { checkAftermath } from './aftermath.ts';
import { dropWords, theDrop } from './drop.ts';
import { type Played, play, type Stage } from './play.ts';
import { thePool } from './pool.ts';
import { failureText, progressText, reportText } from './report.ts';
import { NOTED_MODELS } from './source.ts';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const { values } = parseArgs({
  options: { seeds: { type: 'string' }, seed: { type: 'string' }, 'at-once': { type: 'string' } },
});
const first = Number(values.seed ?? 1);
const seeds = Number(values.seeds ?? (values.seed === undefined ? 100 : 1));
const atOnce = Number(values['at-once'] ?? 16);
if (![first, seeds, atOnce].every((number) => Number.isInteger(number) && number > 0))
  throw new Error('Give --seeds, --seed and --at-once as whole numbers above 0.');

const WATCHDOG_EVERY_MS = 15_000;
const TOLD_EVERY_MS = 10_000;

const clean = setUpScratch();
const faulted = await startFaultedStack({
  stackName: 'Chaos',
  // A message may be unlucky three times, and be given up only where that is meant. Three minutes
  // without progress are no bad luck, also where the machine has other work to do.
  queues: { visibilityFactor: 1, maxReceives: 6 },
  watchdog: { staleMinutes: 3 },
});
process.once('SIGINT', () => faulted.stop().finally(() => process.exit(130)));
try {
  process.exitCode = (await run()) ? 0 : 1;
} finally {
  await faulted.stop();
  clean?.();
}
// Whoever still waits for what never comes must not keep the run alive.
process.exit();

/** @returns whether everything holds. */
async function run(): Promise<boolean> {
  const pool = thePool(mkdtempSync(path.join(tmpdir(), 'dropscore-chaos-')));
  const stage = await setTheStage();
  const started = performance.now();
  const played: Played[] = [];
  const rounds = every(WATCHDOG_EVERY_MS, watchdogOf(stage));
  const told = every(TOLD_EVERY_MS, async () => {
    if (seeds > 1) console.log(progressText(played, seeds, performance.now() - started));
  });
  let next = first;
  const playOn = async () => {
    while (next < first + seeds) {
      const drop = theDrop(next++, pool);
      if (seeds === 1) console.log(dropWords(drop));
      const one = await play(drop, stage);
      played.push(one);
      if (one.violations.length > 0) console.log(failureText(one));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, seeds) }, playOn));
  const violations = await checkAftermath(played, stage);
  for (const stop of [rounds, told]) stop();
  for (const violation of violations) console.log(`✗ ${violation}`);
  console.log(`\n${reportText(played, performance.now() - started)}`);
  await stage.proxy.close();
  return violations.length === 0 && played.every((one) => one.violations.length === 0);

  async function setTheStage(): Promise<Stage> {
    const { endpoint, stack } = faulted.stack;
    const pipeline = await openPipeline(faulted.stack);
    for (const { name, changes } of NOTED_MODELS) await publishCopy(pipeline, name, changes);
    return {
      ...{ pipeline, pool },
      proxy: await startProxy(faulted.proxyPort, endpoint),
      connection: await openConnection({ kind: 'local', endpoint, stack }),
      events: await terminalEvents(pipeline, await theHost(pipeline).eventBus()),
    };
  }
}

/** A round that is killed, or cut off by a fault, is one that the next makes up for. */
function watchdogOf({ pipeline }: Stage): () => Promise<void> {
  const host = theHost(pipeline);
  const name = host.functionName(/Watchdog/);
  return async () => host.invoke(await name).catch(() => {});
}

function every(ms: number, action: () => Promise<void>): () => void {
  const stopped = new AbortController();
  const again = async () => {
    for (;;) {
      await sleep(ms, undefined, { signal: stopped.signal });
      await action();
    }
  };
  again().catch((error) => {
    if (!stopped.signal.aborted) throw error;
  });
  return () => stopped.abort();
}
