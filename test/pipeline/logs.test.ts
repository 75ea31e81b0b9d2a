import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { sendMessages } from '../../aws/sqs-sender.ts';
import { theHost } from './host.ts';
import { type Pipeline, thePipeline } from './pipeline.ts';

/** Stands for what nobody may read in a log: in cells, ids, headers, keys and messages. */
const CANARY = 'KanarienVogel';
const PYTHON = process.env.DROPSCORE_PYTHON ?? '.venv/bin/python';
const SAMPLE = readFileSync('sample-data/breast_cancer.csv', 'utf8').split('\n');
const [HEADER = '', FIRST = ''] = SAMPLE;
const folder = mkdtempSync(path.join(tmpdir(), 'dropscore-canary-'));
const joblib = (name: string) => readFileSync(path.join(folder, `${name}.joblib`));
const ofCanaries = HEADER.replace(/[^,]+/g, CANARY);

const FILES: Record<string, () => string | Buffer> = {
  'cells.csv': () => [`${HEADER},${CANARY}`, `${ofCanaries},${CANARY}`, `${FIRST},${CANARY}`].join('\n'),
  'ragged.csv': () => [HEADER, `${FIRST},${CANARY}`, CANARY, `${CANARY},"${CANARY}\n"`, FIRST].join('\n'),
  'header.csv': () => [ofCanaries, FIRST].join('\n'),
  'quote.csv': () => [HEADER, FIRST, `"${CANARY}`].join('\n'),
  'bytes.csv': () => Buffer.concat([Buffer.from(`${HEADER}\n`), Buffer.from([0xff]), Buffer.from(CANARY)]),
  'cells.csv.gz': () => gzipSync([HEADER, ofCanaries].join('\n')),
  'broken.csv.gz': () => gzipSync(`${HEADER}\n${ofCanaries.repeat(999)}`).subarray(0, 60),
  'cells.joblib': () => joblib('cells'),
  'refused.joblib': () => joblib('refused'),
  'broken.joblib': () => joblib('broken'),
};

let pipeline: Pipeline;
let host: ReturnType<typeof theHost>;
let begin: number;
beforeAll(async () => {
  pipeline = await thePipeline();
  host = theHost(pipeline);
  execFileSync(PYTHON, ['test/pipeline/canary_files.py', folder, CANARY]);
  begin = statSync(inject('log')).size;
});
afterAll(() => rmSync(folder, { recursive: true }));

const log = () => readFileSync(inject('log')).subarray(begin).toString('utf8');
const logged = async (pattern: RegExp, count = 1) => {
  while ((log().match(pattern)?.length ?? 0) < count) await sleep(100);
};

it('no line of any function holds a value, a name or a key, whatever is dropped or sent', async () => {
  const jobs = Object.entries(FILES).map(([name, body]) => pipeline.drop(`${CANARY}-${name}`, body()));
  const foreign = {
    type: 'start',
    requestedBy: CANARY,
    source: { bucket: CANARY.toLowerCase(), key: CANARY },
  };
  const broken = JSON.stringify({ type: CANARY, jobId: CANARY, chunk: CANARY, [CANARY]: CANARY });
  await sendMessages(pipeline.sqs, host.intakeQueue(), [JSON.stringify(foreign), broken, CANARY]);
  await sendMessages(pipeline.sqs, await host.chunkQueue(), [broken, CANARY]);
  await sendMessages(pipeline.sqs, await host.unpackQueue(), [broken, CANARY]);

  for (const id of await Promise.all(jobs)) await pipeline.ended(id);
  await logged(/"message_failed"/g, 2);
  await logged(/"chunk failed"/g, 2);
  await logged(/"unpack failed"/g, 2);

  expect(
    log()
      .split('\n')
      .filter((line) => line.includes(CANARY)),
  ).toEqual([]);
});
