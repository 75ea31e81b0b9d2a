/**
 * Measures every claim, beside its reference in the same run, and writes docs/performance.md:
 *   npm run bench [-- --quick] [--only NAME]...
 * What `--quick` finds goes to .dropscore/bench/ instead. Ends with exit code 1 where a goal is missed or a bench failed.
 */
import { parseArgs } from 'node:util';
import { api } from './api/api.ts';
import { type Bench, isMet, type Report, type Size } from './bench.ts';
import { coldStart } from './cold-start/cold-start.ts';
import { cost } from './cost/cost.ts';
import { endToEnd } from './end-to-end/end-to-end.ts';
import { fairness } from './fairness/fairness.ts';
import { fanOutBench } from './fan-out/fan-out.ts';
import { growth } from './growth/growth.ts';
import { joblibFiles } from './joblib-files/joblib-files.ts';
import { layers } from './layers/layers.ts';
import { machine } from './machine.ts';
import { goalsTable, table } from './markdown.ts';
import { writePage } from './page.ts';
import { predictor } from './predictor/predictor.ts';
import { pageFolder, readRecords, writeRecord } from './records.ts';
import { scaling } from './scaling/scaling.ts';
import { settingsBench } from './settings/settings.ts';
import { splitter } from './splitter/splitter.ts';
import { writing } from './writing/writing.ts';

/** In the order of docs/performance.md. */
export const benches: readonly Bench[] = [
  splitter,
  fanOutBench,
  predictor,
  writing,
  endToEnd,
  growth,
  cost,
  coldStart,
  layers,
  joblibFiles,
  api,
  fairness,
  settingsBench,
  scaling,
];

if (import.meta.filename === process.argv[1]) {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  await main();
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, only: { type: 'string', multiple: true } },
  });
  const size = values.quick ? 'quick' : 'full';
  const reports: Report[] = [];
  const failed: string[] = [];
  for (const bench of chosen(values.only)) {
    const report = await measure(bench, size);
    if (report) reports.push(report);
    else failed.push(bench.name);
  }
  const names = benches.map(({ name }) => name);
  const page = writePage(readRecords(names, size), pageFolder(size));
  const goals = reports.flatMap((report) => report.goals);
  console.log(`\n${goalsTable(goals)}\n\n${page}`);
  for (const name of failed) console.error(`failed: ${name}`);
  process.exitCode = failed.length === 0 && goals.every(isMet) ? 0 : 1;
}

function chosen(only: readonly string[] | undefined): readonly Bench[] {
  const unknown = only?.find((wanted) => !benches.some(({ name }) => name === wanted));
  if (unknown !== undefined)
    throw new Error(`There is no bench ${unknown}: ${benches.map(({ name }) => name).join(', ')}.`);
  return only ? benches.filter(({ name }) => only.includes(name)) : benches;
}

/** @returns undefined where the bench failed, which must not keep the others from being run. */
async function measure({ name, run }: Bench, size: Size): Promise<Report | undefined> {
  const started = performance.now();
  try {
    const report = await run(size);
    const seconds = (performance.now() - started) / 1000;
    writeRecord({
      name,
      size,
      report,
      machine: machine(),
      date: new Date().toISOString().slice(0, 10),
      seconds,
    });
    console.log(
      `\n## ${report.title} (${name}, ${seconds.toFixed(0)} s)\n\n${report.tables.map(table).join('\n\n')}`,
    );
    return report;
  } catch (error) {
    console.error(`\n## ${name} failed\n\n${error instanceof Error ? error.stack : error}`);
    return undefined;
  }
}
