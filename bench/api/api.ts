/**
 * What a prediction over HTTP takes when all is warm, beside the model by itself and beside a function that does nothing; and
 * what a hundred callers at once get. On a stack of its own.
 *
 *     npx tsx bench/api.ts [--requests 500] [--callers 100]
 *
 * Ends with exit code 1 where a caller gets an error.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { down, up } from '../local/local-stack.ts';
import { publishModels } from '../local/publish-models.ts';
import { deployMinimalApi } from './minimal-api.ts';

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '500' }, callers: { type: 'string', default: '100' } },
});
const [requests, callers] = [Number(values.requests), Number(values.callers)];
const WARM_UP = 20;
let errors = 0;
const python = process.env.DROPSCORE_PYTHON ?? '.venv/bin/python';

const [names = [], cells = []] = readFileSync('sample-data/breast_cancer.csv', 'utf8')
  .split('\n', 2)
  .map((line) => line.split(','));
const record = Object.fromEntries(names.map((name, i) => [name, i === 0 ? cells[i] : Number(cells[i])]));

const stateDirectory = mkdtempSync(path.join(tmpdir(), 'dropscore-bench-'));
const { stack } = await up({ stateDirectory, settings: { api: { rate: 10_000, burst: 5_000 } } });
try {
  await publishModels(stack, '.dropscore/sample-data/models');
  const { url = '', key = '' } = stack.api ?? {};
  const predict = ask(`${url}/models/breast-cancer/predict`, JSON.stringify({ records: [record] }), key);
  const models = ask(`${url}/models/breast-cancer`, undefined, key);
  const minimal = ask(await deployMinimalApi(stack.endpoint), '{}', key);

  console.log(
    `${cpus().length} × ${cpus()[0]?.model.trim()}; Node ${process.version}; ${requests} requests each\n`,
  );
  console.log('| warm | p50, ms | p99, ms |\n|---|---:|---:|');
  const bare = execFileSync(python, ['bench/bare_predict.py', String(requests), JSON.stringify(record)]);
  told('the model by itself, in its process', JSON.parse(String(bare)));
  told('a function that does nothing, by HTTP', await oneByOne(minimal));
  told('`GET /models/{model}`: the API’s function', await oneByOne(models));
  told('`POST /models/{model}/predict`: and the predictor', await oneByOne(predict));

  const begun = performance.now();
  const times = await Promise.all(
    Array.from({ length: callers }, () => oneByOne(predict, requests / callers, 1)),
  );
  const seconds = (performance.now() - begun) / 1000;
  told(`the same, ${callers} callers at once`, times.flat());
  console.log(
    `\n${callers} callers: ${times.flat().length} answers in ${seconds.toFixed(1)} s, ${errors} errors`,
  );
} finally {
  await down({ stateDirectory });
  rmSync(stateDirectory, { recursive: true, force: true });
}

function ask(url: string, body: string | undefined, key: string): () => Promise<number> {
  const headers = { 'x-api-key': key, 'content-type': 'application/json' };
  const request = body === undefined ? { headers } : { method: 'POST', headers, body };
  return async () => {
    const started = performance.now();
    const answer = await fetch(url, request);
    const text = await answer.text();
    if (answer.status !== 200) {
      errors++;
      process.exitCode = 1;
      console.error(answer.status, text.slice(0, 200));
    }
    return performance.now() - started;
  };
}

async function oneByOne(
  request: () => Promise<number>,
  count = requests,
  unmeasured = WARM_UP,
): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < unmeasured; i++) await request();
  for (let i = 0; i < count; i++) times.push(await request());
  return times;
}

function told(what: string, times: number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const quantile = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(1);
  console.log(`| ${what} | ${quantile(0.5)} | ${quantile(0.99)} |`);
}
