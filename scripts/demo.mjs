#!/usr/bin/env node
// The main job on the embedded stack, by the commands that a user would type.
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { setUp } from './setup.mjs';
import { mustRun, root } from './steps.mjs';

const MODEL = 'breast-cancer';
const LARGE = '.dropscore/sample-data/breast_cancer_50k_spoiled.csv';
const SMALL = 'sample-data/breast_cancer.csv';
const FEATURES = '.dropscore/sample-data/joblib/test_features.joblib';
const BUNDLE = '.dropscore/sample-data/virality/bundle.joblib';
const POSTS = '.dropscore/sample-data/virality_20k.csv';
const cli = `${root}bin/dropscore.mjs`;

const started = performance.now();
say(
  'dropscore demo: a large spoiled file, 569 real rows, and a model of your own, on an embedded AWS host. Nothing leaves this machine.',
);
await setUp();
await show('local', 'up');

say('Dropping the large file first, then the small one: 50,000 rows, some of them spoiled on purpose.');
const large = drop(LARGE);
const small = drop(SMALL);
say('The large file: every row is a score, or an error with a reason.');
await watch(large);
say('A few of the rows that were refused.');
await show('errors', large, '--limit', '5');
say('The small file.');
await watch(small);
say('Its highest scores.');
await show('scores', small, '--top', '5');
say('The same rows as joblib.dump saved them: a pickle, and it is read without running what is in it.');
await watch(drop(FEATURES));
say('One record, over all files it was in, newest first.');
await show('record', MODEL, firstRecordId());

say(
  'A model of another kind: encoders, scaler and two XGBoost models in one file, with feature code of its own and tiers. (Posts and scores are generated.)',
);
await show(
  ...['model', 'publish', BUNDLE, 'virality', '--sample', 'sample-data/virality.csv'],
  ...['--id-column', 'post_id', '--code', 'sample-data/virality_features'],
  ...['--tiers', 'low:0,medium:0.4,high:0.6,viral:0.8'],
);
const posts = drop(POSTS, 'virality');
await watch(posts);
say('The most viral of 20,000 posts.');
await show('scores', posts, '--top', '5');

say(`Done in ${((performance.now() - started) / 1000).toFixed(0)} s. Try next:`);
const next = [
  [`errors ${large} -o rejected.csv`, 'the refused rows with their reasons, to mend and drop again'],
  [`scores ${small} -o scores.csv`, 'every score of the small file, in file order'],
  ['model show virality', 'what a version is made of: features, libraries, tiers, golden rows'],
  ['key create mine', 'a key of the HTTP API, which `local status` tells the address of'],
  [`score my-rows.csv ${MODEL} --watch`, `a file of your own, with the columns of ${SMALL}`],
];
for (const [command, what] of next) console.log(`  npx dropscore ${command.padEnd(52)}# ${what}`);
console.log(`The stack keeps running: npx dropscore local down stops it.`);

function say(text) {
  console.log(`\n── ${text}`);
}

/** Runs a command as the user would, and shows what it prints. */
async function show(...args) {
  console.log(`$ npx dropscore ${args.join(' ')}`);
  await mustRun(process.execPath, [cli, ...args]);
}

function drop(file, model = MODEL) {
  console.log(`$ npx dropscore score ${file} ${model}`);
  const { stdout, status } = spawnSync(process.execPath, [cli, 'score', file, model], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) process.exit(1);
  process.stdout.write(stdout);
  return stdout.trim();
}

/** Rows that were refused are what the large file is for: exit code 3 is no failure here. */
async function watch(job) {
  console.log(`$ npx dropscore job watch ${job}`);
  const { status } = spawnSync(process.execPath, [cli, 'job', 'watch', job], { cwd: root, stdio: 'inherit' });
  if (status !== 0 && status !== 3) process.exit(1);
}

function firstRecordId() {
  const { stdout } = spawnSync(process.execPath, [cli, 'scores', small, '--json'], {
    cwd: root,
    encoding: 'utf8',
  });
  return JSON.parse(stdout.split('\n')[0]).recordId;
}
