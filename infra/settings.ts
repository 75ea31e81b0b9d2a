import { z } from 'zod';
import { rescoreOnPromotion, schedules } from './rescore-settings.ts';
import { BUILT_IN_RUNTIMES, checkTogether } from './settings-rules.ts';

/**
 * Every setting of a deployment, in one place. `docs/settings.md` is generated from this schema, so a description is what
 * an operator reads: what it does, its unit, and what to think of before changing it.
 */

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

/** The values that CloudWatch Logs accepts. */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653,
] as const;

const seconds = (fallback: number) => z.int().min(1).max(900).default(fallback);
const mebibytes = (fallback: number) => z.int().min(128).max(10_240).default(fallback);
const days = (least: number, most = 3650) => z.int().min(least).max(most);

/** Prefaults, not defaults: an object that is given in part still gets the other fields. */
const functionSettings = (memory: number, timeout: number) =>
  z
    .strictObject({
      memoryMiB: mebibytes(memory).describe('Memory in MiB; 1,769 is one whole virtual CPU.'),
      timeoutSeconds: seconds(timeout).describe('Seconds until Lambda ends an invocation.'),
    })
    .prefault({});

const runtimeSettings = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe(
      '`false` leaves out a built-in runtime that nobody needs: no queue, no function, no idle polling.',
    ),
  pythonVersion: z
    .enum(['3.11', '3.12', '3.13'])
    .default('3.13')
    .describe('Python version of the Lambda runtime and its libraries.'),
  requirements: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Lock file with hashes of its libraries, relative to the working directory. Needed for every runtime but those built in, which have their own.',
    ),
  packaging: z
    .enum(['layer', 'image'])
    .default('layer')
    .describe(
      'How the libraries get to Lambda: a `layer` is built without Docker and holds 262 MB with the code; an `image` holds 10 GB, and Docker builds it at deployment.',
    ),
  memoryMiB: mebibytes(1769).describe(
    'Memory in MiB; 1,769 is one whole virtual CPU, and a predictor uses one.',
  ),
  timeoutSeconds: seconds(120).describe(
    'Seconds a predictor may spend on one chunk. Near the end it sends the chunk on and acknowledges.',
  ),
  ephemeralStorageMiB: z
    .int()
    .min(512)
    .max(10_240)
    .default(512)
    .describe('MiB of /tmp, where model artifacts lie while they are in use.'),
  http: z
    .strictObject({
      snapStart: z
        .boolean()
        .default(false)
        .describe(
          'Predictions of the HTTP API start from a snapshot of the function instead of an import of its libraries. AWS charges for the snapshot while it is kept, and for every restore; 512 MiB of /tmp, a layer, Python 3.12 or later.',
        ),
      provisionedConcurrency: z
        .int()
        .min(1)
        .max(1000)
        .optional()
        .describe(
          'Instances that are kept warm for predictions of the HTTP API, charged for every hour that they are; none where absent.',
        ),
    })
    .prefault({})
    .describe('How predictions of the HTTP API start. Chunks are not concerned.'),
  maximumConcurrency: z
    .int()
    .min(2)
    .max(1000)
    .optional()
    .describe('Chunks scored at the same time. Where absent it is derived from `writeUnitsPerSecond`.'),
});

/** Built-in runtimes as they are where the settings say nothing of them. */
const withBuiltIn = (runtimes: Record<string, z.output<typeof runtimeSettings>>) => {
  const all = {
    ...Object.fromEntries(BUILT_IN_RUNTIMES.map((name) => [name, runtimeSettings.parse({})])),
    ...runtimes,
  };
  return Object.fromEntries(Object.entries(all).filter(([, { enabled }]) => enabled));
};

export const settingsSchema = z
  .strictObject({
    stackName: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9-]{0,59}$/, 'must be a letter, then letters, digits and hyphens, at most 60')
      .default('Dropscore')
      .describe('Name of the CloudFormation stack; the command line finds the deployment by it.'),
    architecture: z
      .enum(['x86_64', 'arm64'])
      .default('x86_64')
      .describe(
        'Processor of all functions. `arm64` costs a fifth less; `x86_64` gives outputs equal to the last bit where models are trained on such machines.',
      ),
    runtimes: z
      .record(
        z
          .string()
          .regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be lower case: a letter, then letters, digits, hyphens'),
        runtimeSettings,
      )
      .prefault({})
      .transform(withBuiltIn)
      .describe(
        'Predictor environments by name; a model manifest names the one it needs. `classic` (scikit-learn, XGBoost, LightGBM, HDBSCAN) and `onnx` are built in, and their fields can be changed here; see docs/runtimes.md.',
      ),
    functions: z
      .strictObject({
        fanOut: functionSettings(1769, 120).describe('Splits sources into chunks, in slices of its timeout.'),
        unpack: functionSettings(3008, 300).describe(
          'Decodes joblib sources that cannot be read in place, and stages their rows. Each is decoded in one run, so that memory and timeout bound its size; a new AWS account may have no more than 3,008 MiB.',
        ),
        complete: functionSettings(1769, 600).describe(
          'Summarises a job whose chunks are all accounted for, in one run: some 0.4 ms a chunk.',
        ),
        deadLetter: functionSettings(512, 60).describe('Writes off what could not be processed.'),
        watchdog: functionSettings(512, 300).describe('Re-sends what stands still.'),
        rescore: functionSettings(512, 300).describe(
          'Asks for past sources to be scored again, in slices of its timeout.',
        ),
      })
      .prefault({})
      .describe('Memory and timeouts of the functions other than predictors.'),
    chunkRows: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(20_000)
      .describe('Most rows in a chunk. Below about 20,000 the fixed cost of a prediction shows.'),
    chunkBytes: z
      .int()
      .min(KIB)
      .max(256 * MIB)
      .default(8 * MIB)
      .describe(
        'Bytes after which a chunk ends, at a whole record. Whichever of the two limits comes first counts.',
      ),
    maxRecordBytes: z
      .int()
      .min(KIB)
      .max(16 * MIB)
      .default(MIB)
      .describe('Bytes of the longest record accepted; a longer one fails the file.'),
    maxInflatedBytes: z
      .int()
      .min(MIB)
      .max(64 * GIB)
      .default(2 * GIB)
      .describe(
        'Bytes that a compressed source may inflate to. It has to be staged within one run of fan-out, since it cannot be resumed in the middle.',
      ),
    maxRowsPerJob: z
      .int()
      .min(1)
      .optional()
      .describe(
        'Rows that a job may have sent to be scored before it is held: no chunk beyond them is sent until somebody approves (`dropscore job approve`). Without it there is no limit. Jobs keep the limit that they were opened with.',
      ),
    output: z
      .enum(['rows', 'files', 'both'])
      .default('both')
      .describe(
        'Where scores go: `rows` are items in DynamoDB, `files` a CSV per chunk in S3. `files` alone costs a small fraction, and there is no lookup by record.',
      ),
    writeUnitsPerSecond: z
      .int()
      .min(100)
      .max(1_000_000)
      .default(4_000)
      .describe(
        'DynamoDB write units a second that predictors may use together; a new on-demand table takes 4,000. The number of predictors follows from it.',
      ),
    writeThreads: z
      .int()
      .min(1)
      .max(32)
      .default(4)
      .describe('Batch writes that one predictor has in flight.'),
    fanOutConcurrency: z.int().min(2).max(1000).default(5).describe('Sources split at the same time.'),
    unpackConcurrency: z
      .int()
      .min(2)
      .max(1000)
      .default(5)
      .describe('Joblib sources unpacked at the same time.'),
    queues: z
      .strictObject({
        retentionDays: days(1, 13).default(10).describe('Days a message waits before SQS drops it.'),
        deadLetterRetentionDays: days(2, 14)
          .default(14)
          .describe(
            'Days a dead letter is kept, counted from when it was first sent, so more than `retentionDays`.',
          ),
        maxReceives: z
          .int()
          .min(1)
          .max(100)
          .default(5)
          .describe('Deliveries before a message becomes a dead letter.'),
        visibilityFactor: z
          .int()
          .min(1)
          .max(20)
          .default(6)
          .describe(
            'Visibility timeout as a multiple of the function timeout. AWS asks for 6 at least; only a local stack may have less.',
          ),
      })
      .prefault({})
      .describe('All queues.'),
    logRetentionDays: z
      .literal(LOG_RETENTION_DAYS)
      .default(30)
      .describe('Days that CloudWatch keeps the logs; the groups are removed with the stack.'),
    scoresRetentionDays: days(1)
      .optional()
      .describe(
        'Days after which DynamoDB drops score items, and S3 the files of shadow jobs; kept for ever where absent.',
      ),
    resultsRetentionDays: days(1)
      .optional()
      .describe('Days after which S3 drops result files; kept for ever where absent.'),
    workRetentionDays: days(15)
      .default(30)
      .describe(
        'Days that staged chunks and messages set aside are kept: longer than any queue keeps a message. S3 removes them for good after as many days again.',
      ),
    noncurrentVersionDays: days(15)
      .default(90)
      .describe(
        'Days that overwritten and deleted object versions are kept; a job reads the version that it pinned, and a re-score may ask for it again.',
      ),
    watchdog: z
      .strictObject({
        everyMinutes: z.int().min(1).max(1440).default(60).describe('Minutes between two rounds.'),
        staleMinutes: z
          .int()
          .min(0)
          .max(1440)
          .default(60)
          .describe('Minutes without progress after which an open job stands still.'),
      })
      .prefault({})
      .describe('The rounds that find open jobs which stand still.'),
    alarms: z
      .strictObject({
        topicArn: z
          .string()
          .regex(/^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:\S+$/, 'must be the ARN of an SNS topic')
          .optional()
          .describe(
            'SNS topic that alarms are sent to. Without it and without `alarms.email` they only show in CloudWatch.',
          ),
        email: z
          .string()
          .regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'must be an e-mail address')
          .max(320)
          .optional()
          .describe(
            'Address that alarms are sent to, through an SNS topic of the stack’s own. AWS writes to it once, and sends nothing before somebody follows the link in there.',
          ),
        oldestMessageMinutes: z
          .int()
          .min(1)
          .max(10_080)
          .default(60)
          .describe('Minutes that a message may wait before an alarm.'),
      })
      .prefault({})
      .describe('CloudWatch alarms.'),
    api: z
      .strictObject({
        enabled: z.boolean().default(true).describe('`false` leaves the HTTP API out.'),
        memoryMiB: mebibytes(1769).describe('Memory of its function in MiB.'),
        rate: z
          .number()
          .min(0.1)
          .max(10_000)
          .default(50)
          .describe('Requests a second that a key may make in the long run.'),
        burst: z.int().min(1).max(5_000).default(100).describe('Requests that a key may make at once.'),
        quotaPerDay: z
          .int()
          .min(1)
          .max(2_000_000_000)
          .optional()
          .describe('Requests that a key may make in a day; any number where absent.'),
        corsOrigins: z
          .array(
            z.string().regex(/^(\*|https?:\/\/[^/\s,']+)$/, 'must be an origin, such as https://example.com'),
          )
          .max(20)
          .default([])
          .describe(
            'Origins of the pages that may call it from a browser; `*` is any. A key in a page is known to all its readers.',
          ),
        cloudWatchRole: z
          .boolean()
          .default(true)
          .describe(
            'Gives API Gateway the role that it writes access logs with. It is one for all APIs of the account in a region: `false` where the account has one.',
          ),
      })
      .prefault({})
      .describe('The HTTP API; see docs/api.md.'),
    schedules,
    rescoreOnPromotion,
    local: z
      .boolean()
      .default(false)
      .describe('Deploy to the embedded host. The one switch for all local differences; see docs/local.md.'),
  })
  .superRefine(checkTogether);

export type Settings = z.output<typeof settingsSchema>;
export type SettingsInput = z.input<typeof settingsSchema>;
export type RuntimeSettings = z.output<typeof runtimeSettings>;
