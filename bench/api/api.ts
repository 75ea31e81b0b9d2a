import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../../infra/package-root.ts';
import { down, up } from '../../local/local-stack.ts';
import { publishModels } from '../../local/publish-models.ts';
import type { Bench, Report, Size } from '../bench.ts';
import { inTemporaryFolder, runPython } from '../child.ts';
import { deployMinimalApi } from './minimal-api.ts';

type Ask = () => Promise<number>;

const REQUESTS = { quick: 100, full: 500 };
const CALLERS = 100;
const WARM_UP = 20;

/** What a prediction over HTTP takes when all is warm, and what a hundred callers at once get. On a stack of its own. */
export const api: Bench = { name: 'api', run };

async function run(size: Size): Promise<Report> {
  return inTemporaryFolder(async (stateDirectory) => {
    const { stack } = await up({ stateDirectory, settings: { api: { rate: 10_000, burst: 5_000 } } });
    try {
      await publishModels(stack, '.dropscore/sample-data/models');
      return await measure(stack, REQUESTS[size]);
    } finally {
      await down({ stateDirectory });
    }
  });
}

/** @throws where a caller gets an error. */
async function measure(
  { endpoint, api: { url, key } = { url: '', key: '' } }: Awaited<ReturnType<typeof up>>['stack'],
  requests: number,
): Promise<Report> {
  const record = JSON.stringify(sampleRecord());
  const predict = ask(`${url}/models/breast-cancer/predict`, key, `{"records": [${record}]}`);
  const models = ask(`${url}/models/breast-cancer`, key);
  const minimal = ask(await deployMinimalApi(endpoint), key, '{}');
  const alone: readonly [string, number[]][] = [
    [
      'the model by itself, in its process',
      await runPython('bench/api/bare_predict.py', [String(requests), record]),
    ],
    ['a function that does nothing, by HTTP', await oneByOne(minimal, requests)],
    ['`GET /models/{model}`: the API’s function', await oneByOne(models, requests)],
    ['`POST /models/{model}/predict`: and the predictor', await oneByOne(predict, requests)],
  ];
  const begun = performance.now();
  const each = Math.ceil(requests / CALLERS);
  const crowd = await Promise.all(Array.from({ length: CALLERS }, () => oneByOne(predict, each, 1)));
  const seconds = (performance.now() - begun) / 1000;
  return {
    title: 'Predictions over HTTP',
    about: about(requests),
    goals: [],
    tables: [
      {
        columns: ['warm', 'p50, ms', 'p99, ms'],
        align: ['left', 'right', 'right'],
        rows: [...alone, [`the same, ${CALLERS} callers at once`, crowd.flat()] as const].map(
          ([what, times]) => [what, quantile(times, 0.5), quantile(times, 0.99)],
        ),
      },
    ],
    notes: `${CALLERS} callers: ${crowd.flat().length} answers in ${seconds.toFixed(1)} s, and not one error.\n\n${NOTES}`,
  };
}

const about = (requests: number) => `\
What one record takes by \`POST /models/{model}/predict\` when all is warm, beside the same model by itself (JSON in, JSON out, in one process) and beside an API on the
same host whose function does nothing. The embedded host; the breast-cancer sample, a logistic regression of 30 features; ${requests} requests each.`;

const NOTES = `\
Callers at once share this machine's processors: the host runs four predictors here, and the others wait their turn. On AWS each has an instance of its own, up to
the account's concurrency.`;

/** The first row of the sample, as JSON has it. */
function sampleRecord(): Record<string, unknown> {
  const sample = readFileSync(path.join(packageRoot, 'sample-data/breast_cancer.csv'), 'utf8');
  const [names = [], cells = []] = sample.split('\n', 2).map((line) => line.split(','));
  return Object.fromEntries(names.map((name, i) => [name, i === 0 ? cells[i] : Number(cells[i])]));
}

/** @returns a request that answers the milliseconds it took. */
function ask(url: string, key: string, body?: string): Ask {
  const headers = { 'x-api-key': key, 'content-type': 'application/json' };
  const request = body === undefined ? { headers } : { method: 'POST', headers, body };
  return async () => {
    const started = performance.now();
    const answer = await fetch(url, request);
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}: ${text.slice(0, 200)}`);
    return performance.now() - started;
  };
}

async function oneByOne(request: Ask, count: number, unmeasured = WARM_UP): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < unmeasured; i++) await request();
  for (let i = 0; i < count; i++) times.push(await request());
  return times;
}

function quantile(times: readonly number[], share: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  return (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(1);
}
