#!/usr/bin/env node
// Everything CI runs, in both languages. Ends with `N passed, N failed`; every static check counts as one.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setUp } from './setup.mjs';
import { python, root, run, step } from './steps.mjs';

await setUp();

const reports = `${root}.dropscore/reports`;
rmSync(reports, { recursive: true, force: true });
const tally = { passed: 0, failed: 0 };
const failures = [];

const bin = (name) => `${root}node_modules/.bin/${name}`;
await check('Biome (format, lint, import boundaries)', bin('biome'), ['check', '--error-on-warnings', '.']);
await check('TypeScript', bin('tsc'), ['--noEmit']);
await check('knip (unused code and dependencies)', bin('knip'), []);
await check('generated contracts match the schemas', 'node', ['scripts/generate-contracts.mjs', '--check']);
await check('ruff', python, ['-m', 'ruff', 'check', '.']);
await check('ruff format', python, ['-m', 'ruff', 'format', '--check', '.']);
// Faults are mostly waited for, and pytest is mostly at work: side by side they take the time of one.
await Promise.all([vitest(['faults'], { quiet: true }), pythonPackages()]);
await vitest(['parts', 'pipeline']);

for (const what of failures) console.log(`failed: ${what}`);
console.log(`\n${tally.passed} passed, ${tally.failed} failed`);
process.exit(tally.failed === 0 ? 0 : 1);

async function check(what, command, args) {
  const code = await step(what, () => run(command, args, { quiet: true }));
  count(what, code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
}

async function pythonPackages() {
  for (const packageFolder of ['python-predictor', 'python-publisher']) {
    const report = `${reports}/${packageFolder}.xml`;
    const settings = `${packageFolder}/pyproject.toml`;
    await check(`mypy (${packageFolder})`, python, ['-m', 'mypy', '--config-file', settings]);
    await suite(
      `pytest (${packageFolder})`,
      [
        ...[python, '-m', 'pytest', '-q', '-c', settings, '--rootdir', packageFolder],
        `--junitxml=${report}`,
        `${packageFolder}/tests`,
      ],
      () => pytestTally(report),
    );
  }
}

async function vitest(projects, options) {
  const report = `${reports}/vitest-${projects.join('-')}.json`;
  await suite(
    `vitest (${projects.join(', ')})`,
    [
      ...[bin('vitest'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      ...projects.flatMap((project) => ['--project', project]),
    ],
    () => vitestTally(report),
    options,
  );
}

/** A suite that fails without naming a failed test (it did not start, or crashed) counts as one failure. */
async function suite(what, [command, ...args], readTally, options) {
  const code = await step(what, () => run(command, args, options));
  const result = readTally() ?? { passed: 0, failed: 0 };
  if (code !== 0 && result.failed === 0) result.failed = 1;
  if (result.passed + result.failed === 0) result.failed = 1;
  count(what, result);
}

function count(what, { passed, failed }) {
  tally.passed += passed;
  tally.failed += failed;
  if (failed > 0) failures.push(what);
}

function vitestTally(file) {
  if (!existsSync(file)) return undefined;
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(file, 'utf8'));
  return { passed: numPassedTests, failed: numFailedTests };
}

function pytestTally(file) {
  if (!existsSync(file)) return undefined;
  const number = (name) =>
    Number(new RegExp(`<testsuite [^>]*${name}="(\\d+)"`).exec(readFileSync(file, 'utf8'))?.[1] ?? 0);
  const failed = number('failures') + number('errors');
  return { passed: number('tests') - failed - number('skipped'), failed };
}
