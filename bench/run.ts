/**
 * Measures every claim, beside its reference in the same run:
 *   npm run bench [-- --quick] [--only NAME]...
 * Ends with exit code 1 where a goal is missed.
 */
import { parseArgs } from 'node:util';
import { type Bench, isMet, type Report } from './bench.ts';
import { table } from './markdown.ts';
import { predictor } from './predictor/predictor.ts';
import { writing } from './writing/writing.ts';

/** In the order of docs/performance.md. */
const benches: readonly Bench[] = [predictor, writing];

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string', multiple: true } },
});
const wanted = benches.filter(({ name }) => values.only?.includes(name) ?? true);
const reports: Report[] = [];
for (const bench of wanted) {
  const report = await bench.run(values.quick ? 'quick' : 'full');
  console.log(`\n## ${report.title}\n\n${report.tables.map(table).join('\n\n')}`);
  reports.push(report);
}
const goals = reports.flatMap((report) => report.goals);
console.log(
  `\n${table({
    columns: ['what', 'reference', 'ratio', 'goal', ''],
    rows: goals.map((goal) => [
      goal.what,
      goal.reference,
      goal.ratio.toPrecision(3),
      `${goal.sense} ${goal.goal}`,
      isMet(goal) ? 'met' : 'missed',
    ]),
  })}`,
);
process.exitCode = goals.every(isMet) ? 0 : 1;
