import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { faultedPipeline } from './faulted-pipeline.ts';
import { afterDoing, noticed } from './faults.ts';
import { announces, endsChunk, endsJob } from './points.ts';

const { parts, job } = faultedPipeline();

let lambda: LambdaClient;
let complete: string;
let watchdog: string;
beforeAll(async () => {
  lambda = new LambdaClient(parts.pipeline.aws);
  complete = await parts.host.functionName(/Complete/);
  watchdog = await parts.host.functionName(/Watchdog/);
});

/** Complete follows the stream no more. @returns what lets it follow again, from what comes then: all between is discarded. */
async function discardRecords(): Promise<() => Promise<void>> {
  const { EventSourceMappings = [] } = await lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName: complete }),
  );
  const [mapping = expect.unreachable()] = EventSourceMappings;
  await lambda.send(new DeleteEventSourceMappingCommand({ UUID: mapping.UUID }));
  const { EventSourceArn, BatchSize, FilterCriteria } = mapping;
  return async () => {
    await lambda.send(
      new CreateEventSourceMappingCommand({
        ...{ FunctionName: complete, EventSourceArn, BatchSize, FilterCriteria },
        StartingPosition: 'LATEST',
      }),
    );
  };
}

describe('a stream record that is discarded', () => {
  it.each([
    ['that every chunk is accounted for', endsChunk(3), { status: 'running', remaining: 0 }],
    ['that the job has ended, before its event is sent', endsJob, { status: 'completed' }],
  ])('case 37: %s, is made up for by the watchdog', async (what, point, standsStill) => {
    const faulted = await job(`${what.replaceAll(/\W+/g, '-')}.csv`);
    let follow: (() => Promise<void>) | undefined;
    const discard = async () => {
      follow = await discardRecords();
    };
    faulted.fault(point, afterDoing(discard));
    const told = faulted.fault({ ...announces, times: Number.POSITIVE_INFINITY }, noticed);
    await faulted.start();
    const isStill = ({ state }: { state: object }) =>
      Object.entries(standsStill).every(([name, value]) => Reflect.get(state, name) === value);
    await parts.pipeline.until(faulted.id, (view) => isStill(view) && view.state.splitDone);
    await follow?.();
    expect(told.met).toEqual([]);
    // The host follows from its next look at the stream on: a round before that would be for nothing.
    const round = async () => {
      await parts.host.invoke(watchdog);
      expect(told.met).not.toEqual([]);
    };
    await vi.waitFor(round, { timeout: 20_000, interval: 500 });
    await faulted.expectWhole();
  });
});
