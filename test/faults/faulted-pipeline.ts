import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, inject, vi } from 'vitest';
import { sendMessages } from '../../aws/sqs-sender.ts';
import type { ModelManifest, Score } from '../../contracts/generated/types.ts';
import { chunkMessage } from '../../core/chunk-message.ts';
import type { JobView } from '../../core/job.ts';
import { uploadKey } from '../../core/keys.ts';
import { theHost } from '../pipeline/host.ts';
import { type Pipeline, thePipeline } from '../pipeline/pipeline.ts';
import { type FaultedJob, faultedJob } from './faulted-job.ts';
import { expectInvariants } from './invariants.ts';
import { type FaultProxy, type Injected, startProxy } from './proxy.ts';
import { MODEL, publishCopy } from './publish-copy.ts';
import { type TerminalEvents, terminalEvents } from './terminal-events.ts';

const SAMPLE = readFileSync('sample-data/breast_cancer.csv', 'utf8').split('\n');
export const ROWS = 240;
/** Of 60 rows each, which are three batches of items. */
export const CHUNKS = 4;
export const SOURCE = `${SAMPLE.slice(0, ROWS + 1).join('\n')}\n`;

/** A job of a test file, of which every row is to be scored. */
export interface WatchedJob extends FaultedJob {
  /** Sends a chunk once more, as soon as it is in the ledger. */
  sendAgain(chunk: number): Promise<void>;
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

  async function job(file: string, { model = MODEL, body = SOURCE } = {}): Promise<WatchedJob> {
    const { pipeline, events } = parts;
    const faulted = await faultedJob(parts, { key: uploadKey(model, file), model, body });
    const { id, injected } = faulted;
    return {
      ...faulted,
      async sendAgain(number) {
        const { job } = await pipeline.until(id, ({ state }) => state.checkpoint.chunk > number);
        const chunk = (await pipeline.ledger.readChunk(id, number)) ?? expect.unreachable();
        const message = JSON.stringify(chunkMessage(job, chunk));
        await sendMessages(pipeline.sqs, await parts.host.chunkQueue(), [message]);
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

  const publish = (name: string, changes: Partial<ModelManifest> = {}) =>
    publishCopy(parts.pipeline, name, changes);

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

/** What a row came to, without the job that it came to it in. The last bits may depend on how many rows a chunk has. */
const outcomeOf = ({ row, recordId, prediction, score, error }: Score) => ({
  ...{ row, recordId, prediction, score: Number(score).toFixed(12), error },
});
