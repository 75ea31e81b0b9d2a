/** A defence that is taken out, and the test that has to notice. */
export interface Mutation {
  defence: string;
  file: string;
  /** Stands in the file once. */
  find: string;
  replace: string;
  /** A test file, and a pattern of the names of its tests. */
  test: [file: string, name: string];
}

const PREDICTOR = 'python-predictor/src/dropscore_predictor';

export const MUTATIONS: readonly Mutation[] = [
  {
    defence: 'a chunk is counted only while it is open',
    file: `${PREDICTOR}/aws/dynamodb_ledger.py`,
    find: '"#status = :open AND #attempt = :attempt",\n            {**report',
    replace: '"(#status = :open OR #status = :status) AND #attempt = :attempt",\n            {**report',
    test: ['python-predictor/tests/test_faults.py', 'case_13'],
  },
  {
    defence: 'items that DynamoDB leaves unprocessed are written again',
    file: `${PREDICTOR}/aws/dynamodb_scores.py`,
    find: 'answer.get("UnprocessedItems", {}).get(self._table, [])',
    replace: '[]',
    test: ['python-predictor/tests/test_faults.py', 'left_unprocessed'],
  },
  {
    defence: 'a predictor reads the version that the job pinned',
    file: `${PREDICTOR}/aws/s3_objects.py`,
    find: 'Key=key, VersionId=version, Range=span',
    replace: 'Key=key, Range=span',
    test: ['python-predictor/tests/test_handler.py', 'case_4'],
  },
  {
    defence: 'an artifact is compared with its sha256 before it is used',
    file: `${PREDICTOR}/model_files.py`,
    find: 'if not _is(temporary, artifact):',
    replace: 'if False:',
    test: ['python-predictor/tests/test_models.py', 'case_22'],
  },
  {
    defence: 'a chunk that is throttled is sent again, not failed',
    file: `${PREDICTOR}/chunk.py`,
    find: 'dependencies.send_again(message, delivery.group)',
    replace: 'raise',
    test: ['python-predictor/tests/test_faults.py', 'case_18'],
  },
  {
    defence: 'an intake message that is throttled is sent again, not failed',
    file: 'aws/sqs-batch.ts',
    find: 'if (!sendAgain || !isThrottle(error)) throw error;',
    replace: 'if (!sendAgain || isThrottle(error)) throw error;',
    test: ['test/unit/aws/sqs-batch.test.ts', 'throttling'],
  },
  {
    defence: 'a chunk that is in the ledger is not written over',
    file: 'aws/dynamodb-ledger.ts',
    find: "conditional({ condition: 'attribute_not_exists(#pk)' })",
    replace: "conditional({ condition: 'attribute_not_exists(#none)' })",
    test: ['test/adapters/ledger.test.ts', 'keeps the first reference'],
  },
  {
    defence: 'fan-out out of time goes on by a message to itself',
    file: 'functions/fan-out/fan-out.ts',
    find: "if (outcome === 'out_of_time') await",
    replace: "if (outcome === 'finished') await",
    test: ['test/unit/functions/fan-out.test.ts', 'case 8'],
  },
  {
    defence: 'the watchdog wakes whoever waits for a job’s end or its event',
    file: 'functions/watchdog/watchdog.ts',
    find: 'await dependencies.ledger.touch(job.jobId, dependencies.now());',
    replace: '',
    test: ['test/unit/functions/watchdog.test.ts', 'case 37'],
  },
  {
    defence: 'the event of an attempt always has the same id',
    file: 'core/job.ts',
    find: 'eventId: `$' + '{job.jobId}#$' + '{state.attempt}`',
    replace: 'eventId: `$' + '{job.jobId}#$' + '{Math.random()}`',
    test: ['test/unit/functions/complete.test.ts', 'same event id'],
  },
];
