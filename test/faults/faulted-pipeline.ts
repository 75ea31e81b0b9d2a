import { readFileSync } from 'node:fs';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, inject, vi } from 'vitest';
import { putObject } from '../../aws/s3-objects.ts';
import { sendMessages } from '../../aws/sqs-sender.ts';
import type { ObjectVersion, Score } from '../../contracts/generated/types.ts';
import { chunkMessage } from '../../core/chunk-message.ts';
import type { JobView } from '../../core/job.ts';
import { currentKey, jobId, manifestKey, uploadKey } from '../../core/keys.ts';
import { theHost } from '../pipeline/host.ts';
import { type Pipeline, thePipeline } from '../pipeline/pipeline.ts';
import { expectInvariants } from './invariants.ts';
import { type Fault, type FaultProxy, type Injected, type Rule, startProxy } from './proxy.ts';
import { type TerminalEvents, terminalEvents } from './terminal-events.ts';

const SAMPLE = readFileSync('sample-data/breast_cancer.csv', 'utf8').split('\n');
export const ROWS = 240;
/** Of 60 rows each, which are three batches of items. */
export const CHUNKS = 4;
export const SOURCE = `${SAMPLE.slice(0, ROWS + 1).join('\n')}\n`;

const MODEL = 'breast-cancer';
const SAMPLE_MODEL = `.dropscore/sample-data/models/${MODEL}/1`;

/** A job that waits for its start, so that what is to befall it can be put in its way first. */
export interface FaultedJob {
  id: string;
  source: ObjectVersion;
  /** Befalls only requests that are about this job. */
  fault(rule: Rule, fault: Fault): Injected;
  /** Puts its message on the intake queue, so many times at once. */
  start(options?: { times?: number; eventTime?: string }): Promise<void>;
  /** Sends a chunk once more, as soon as it is in the ledger. */
  sendAgain(chunk: number): Promise<void>;
  /** Puts what its user asks for on the intake queue. */
  ask(request: { type: 'cancel' | 'retry'; attempt: number }): Promise<void>;
  ended(): Promise<JobView>;
  /** Waits for its end, and expects that every fault was met, that every row is scored as ever, and every invariant. */
  expectWhole(): Promise<JobView>;
}

/** The pipeline of a test file, with its proxy. */
export function faultedPipeline() {
  const parts = {} as {
    pipeline: Pipeline;
    host: ReturnType<typeof theHost>;
    proxy: FaultProxy;
    events: TerminalEvents;
    /** Of the source where nothing goes wrong. */
    expected: Score[];
  };

  async function job(file: string, { model = MODEL, body = SOURCE } = {}): Promise<FaultedJob> {
    const { pipeline, proxy, events } = parts;
    const { resources, s3, sqs } = pipeline;
    const key = uploadKey(model, file);
    const source = await putObject(s3, resources.inputBucket, key, body, 'text/csv');
    const id = jobId(source, model);
    const injected: Injected[] = [];
    return {
      id,
      source,
      fault(rule, fault) {
        const own = proxy.inject({ about: id, ...rule }, fault);
        injected.push(own);
        return own;
      },
      start: ({ times = 1, eventTime } = {}) => {
        const requested = { ...source, ...(eventTime && { eventTime }) };
        const message = { type: 'start', source: requested, model, requestedBy: 'fault' };
        return sendMessages(sqs, resources.intakeQueueUrl, Array(times).fill(JSON.stringify(message)));
      },
      ask(request) {
        return sendMessages(sqs, resources.intakeQueueUrl, [JSON.stringify({ jobId: id, ...request })]);
      },
      async sendAgain(number) {
        const { job } = await pipeline.until(id, ({ state }) => state.checkpoint.chunk > number);
        const chunk = (await pipeline.ledger.readChunk(id, number)) ?? expect.unreachable();
        const message = JSON.stringify(chunkMessage(job, chunk));
        await sendMessages(sqs, await parts.host.chunkQueue(), [message]);
      },
      ended: () => pipeline.ended(id),
      async expectWhole() {
        const view = await pipeline.ended(id);
        await expectAllMet(injected);
        expect(view.state).toMatchObject({ status: 'completed', rowsTotal: ROWS, rowsScored: ROWS });
        const scores = await expectInvariants(pipeline, events, id, ROWS);
        expect(scores.map(outcomeOf)).toEqual(parts.expected.map(outcomeOf));
        return view;
      },
    };
  }

  /** A model of another name, or its next version, that scores as the sample's does; it is the current one then. */
  async function publish(name: string, { version = 1, ...changes }: Published = {}): Promise<void> {
    const manifest = JSON.parse(readFileSync(`${SAMPLE_MODEL}/manifest.json`, 'utf8'));
    const artifact = readFileSync(`${SAMPLE_MODEL}/model.joblib`);
    await putModel(`${name}/${version}/model.joblib`, artifact);
    await putModel(manifestKey(name, version), JSON.stringify({ ...manifest, ...changes, name, version }));
    await putModel(currentKey(name), JSON.stringify({ version }));
  }

  async function putModel(Key: string, Body: string | Buffer): Promise<void> {
    const { s3, resources } = parts.pipeline;
    await s3.send(new PutObjectCommand({ Bucket: resources.modelsBucket, Key, Body }));
  }

  beforeAll(async () => {
    parts.pipeline = await thePipeline();
    parts.host = theHost(parts.pipeline);
    parts.proxy = await startProxy(inject('proxyPort'), parts.pipeline.stack.endpoint);
    parts.events = await terminalEvents(parts.pipeline, await parts.host.eventBus());
    const undisturbed = await job('undisturbed.csv');
    await undisturbed.start();
    await undisturbed.ended();
    parts.expected = await parts.pipeline.scoresOf(undisturbed.id, ROWS);
    expect(parts.expected).toHaveLength(ROWS);
  });
  afterAll(() => parts.proxy?.close());

  return { parts, job, publish };
}

/** Some come behind the job's end: its event, and whoever asks again since an answer was lost. */
async function expectAllMet(injected: readonly Injected[]): Promise<void> {
  const counted = injected.filter(({ rule }) => rule.times !== Number.POSITIVE_INFINITY);
  const wanted = counted.map(({ rule }) => [rule.on, rule.times ?? 1]);
  const met = () => counted.map(({ rule, met }) => [rule.on, met.length]);
  await vi.waitFor(() => expect(met()).toEqual(wanted), { timeout: 20_000 });
}

type Published = { version?: number; chunkRows?: number };

/** What a row came to, without the job that it came to it in. The last bits may depend on how many rows a chunk has. */
const outcomeOf = ({ row, recordId, prediction, score, error }: Score) => ({
  ...{ row, recordId, prediction, score: Number(score).toFixed(12), error },
});
