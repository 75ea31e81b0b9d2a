import { describe, expect, test } from 'vitest';
import { TERMINAL } from '../../core/job.ts';
import { ENDED } from '../../core/rescore/run.ts';
import { type Resource, resourcesOf, synthesised } from './synthesised.ts';

const DAY = 86_400;
const template = synthesised();
const queues = new Map(resourcesOf(template, 'AWS::SQS::Queue'));
const functions = new Map(resourcesOf(template, 'AWS::Lambda::Function'));
const mappings = resourcesOf(template, 'AWS::Lambda::EventSourceMapping');
const fromQueues = mappings.filter(([, { Properties }]) => queues.has(referred(Properties.EventSourceArn)));
const [stream] = mappings.filter(([, { Properties }]) => !queues.has(referred(Properties.EventSourceArn)));

/** The logical id behind `Fn::GetAtt` or `Ref`. */
function referred(value: unknown): string {
  const { 'Fn::GetAtt': attribute, Ref } = value as { 'Fn::GetAtt'?: [string, string]; Ref?: string };
  return attribute?.[0] ?? Ref ?? '';
}

const sourceOf = ({ Properties }: Resource) =>
  queues.get(referred(Properties.EventSourceArn))?.Properties ?? {};
const consumerOf = ({ Properties }: Resource) =>
  functions.get(referred(Properties.FunctionName))?.Properties ?? {};

test('every work queue has a dead-letter queue that keeps messages longer', () => {
  const work = [...queues.values()].filter(({ Properties }) => Properties.RedrivePolicy);
  expect(work).toHaveLength(5);
  for (const { Properties } of work) {
    const { maxReceiveCount, deadLetterTargetArn } = Properties.RedrivePolicy as Record<string, unknown>;
    expect(maxReceiveCount).toBe(5);
    const deadLetters = queues.get(referred(deadLetterTargetArn))?.Properties;
    expect(Properties.MessageRetentionPeriod).toBe(10 * DAY);
    expect(deadLetters?.MessageRetentionPeriod).toBe(14 * DAY);
  }
});

describe('event sources', () => {
  test('feed from intake, what is to be unpacked, the chunk queues, and the dead letters of all', () => {
    expect(fromQueues.map(([id]) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
      'DeadLetterStageFromFanOutIntakeDeadLetters',
      'DeadLetterStageFromPredictorclassicChunksDeadLetters',
      'DeadLetterStageFromPredictoronnxChunksDeadLetters',
      'DeadLetterStageFromRescoreRequestsDeadLetters',
      'DeadLetterStageFromUnpackSourcesDeadLetters',
      'FanOutStageFromFanOutIntakeQueue',
      'PredictorclassicStageFromPredictorclassicChunksQueue',
      'PredictoronnxStageFromPredictoronnxChunksQueue',
      'RescoreStageFromRescoreRequestsQueue',
      'UnpackStageFromUnpackSourcesQueue',
    ]);
  });

  test.each(fromQueues)(
    '%s: one message at a time, hidden six times as long as a run takes',
    (_id, mapping) => {
      expect(mapping.Properties).toMatchObject({
        BatchSize: 1,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: expect.any(Number) },
      });
      const timeout = Number(consumerOf(mapping).Timeout);
      expect(timeout).toBeGreaterThan(0);
      expect(Number(sourceOf(mapping).VisibilityTimeout)).toBeGreaterThanOrEqual(6 * timeout);
    },
  );

  test('a longer timeout keeps messages hidden longer', () => {
    const slower = synthesised({
      runtimes: { classic: { timeoutSeconds: 300 } },
      watchdog: { staleMinutes: 30 },
    });
    const [chunks] = resourcesOf(slower, 'AWS::SQS::Queue').filter(([id]) => /ChunksQueue/.test(id));
    expect(chunks?.[1].Properties.VisibilityTimeout).toBe(1800);
  });

  test.each([
    [{}, 2],
    [{ writeUnitsPerSecond: 40_000 }, 20],
    [{ writeUnitsPerSecond: 40_000, writeThreads: 8 }, 10],
    [{ writeUnitsPerSecond: 1000 }, 2],
    [{ output: 'files' as const }, 50],
    [{ runtimes: { classic: { maximumConcurrency: 7 } } }, 7],
  ])('%j allows %i predictors at once', (settings, expected) => {
    const [chunks] = resourcesOf(synthesised(settings), 'AWS::Lambda::EventSourceMapping').filter(([id]) =>
      id.startsWith('PredictorclassicStageFrom'),
    );
    expect(chunks?.[1].Properties.ScalingConfig).toEqual({ MaximumConcurrency: expected });
  });

  test('nothing is held back by reserved concurrency, which burns receives', () => {
    for (const { Properties } of functions.values())
      expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
  });
});

describe('the stream of the Jobs table', () => {
  const criteria = stream?.[1].Properties.FilterCriteria as { Filters: { Pattern: string }[] } | undefined;
  const filters = (criteria?.Filters ?? []).map(({ Pattern }) => JSON.parse(Pattern));

  test('loses nothing: from the beginning, bisected, bounded, and set aside in the end', () => {
    expect(stream?.[1].Properties).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 12 * 3600,
      BatchSize: 10,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [expect.any(String), 'Arn'] } } },
    });
  });

  test('wakes complete for a job whose chunks are all accounted for', () => {
    expect(filters[0]).toEqual({
      dynamodb: {
        NewImage: {
          sk: { S: ['state'] },
          status: { S: ['running'] },
          splitDone: { BOOL: [true] },
          remaining: { N: ['0'] },
        },
      },
    });
  });

  test('wakes it for every ended job that is not announced yet, however it came to be so', () => {
    expect(filters[1]).toEqual({
      dynamodb: {
        NewImage: {
          sk: { S: ['state'] },
          status: { S: [...TERMINAL] },
          openShard: { S: [{ exists: true }] },
        },
      },
    });
  });

  test('wakes it for a held job until that is announced', () => {
    expect(filters[2]).toEqual({
      dynamodb: {
        NewImage: {
          sk: { S: ['state'] },
          status: { S: ['running'] },
          held: { M: { untold: { BOOL: [true] } } },
        },
      },
    });
    expect(filters).toHaveLength(4);
  });

  test('wakes it for a run that has ended until that is announced', () => {
    expect(filters[3]).toEqual({
      dynamodb: {
        NewImage: { sk: { S: ['run'] }, status: { S: [...ENDED] }, untold: { BOOL: [true] } },
      },
    });
  });
});

test('a runtime of one’s own gets its queue, and fan-out and watchdog know where to send', () => {
  const two = synthesised({
    runtimes: { boosted: { requirements: 'python-predictor/requirements/classic.txt' } },
  });
  expect(resourcesOf(two, 'AWS::SQS::Queue')).toHaveLength(13);
  for (const stage of ['FanOut', 'Watchdog']) {
    const [found] = resourcesOf(two, 'AWS::Lambda::Function').filter(([id]) => id.startsWith(stage));
    expect(JSON.stringify(found?.[1].Properties.Environment)).toMatch(/classic.*onnx.*boosted/);
  }
});
