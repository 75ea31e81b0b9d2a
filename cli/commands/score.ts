import { Command, Option } from 'commander';
import type { ObjectVersion } from '../../contracts/generated/types.ts';
import { type Asked, startRequest } from '../../core/start-request.ts';
import { type ModelReference, parseCount, parseModel, parseS3Address, parseShare } from '../arguments.ts';
import type { Connection } from '../connection.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { wrongUsage } from '../failure.ts';
import { requireModel } from '../find-model.ts';
import { newestVersion, requireInputBucket, sizeOfFile } from '../find-source.ts';
import { dryRun, keyFor, requireDryRun } from '../forecast/dry-run.ts';
import type { Assumed } from '../forecast/forecast-job.ts';
import { bytes } from '../render/quantities.ts';
import { action, type Context, type Shell } from '../shell.ts';
import { showJob } from '../show-job.ts';
import { showWatch } from '../watch/show-watch.ts';
import { type WatchOptions, watchable } from '../watch/watchable.ts';

/** A cold start of fan-out takes seconds; a queue behind many drops longer. */
const OPENS_WITHIN_MS = 120_000;
const KEY_BYTES = 1024;

interface ScoreOptions extends WatchOptions, Assumed {
  tolerate?: number;
  dryRun?: boolean;
}

export const scoreCommand = (shell: Shell): Command =>
  withGuidance(
    watchable(
      new Command('score')
        .description('score a file with a model')
        .argument(
          '<file>',
          'a CSV file (.csv, .tsv, .csv.gz) or features of joblib.dump (.joblib), or the s3:// address of one in the input bucket',
        )
        .argument('<model>', 'a model, or one version of it: churn, churn@3', parseModel),
    )
      .option(
        '--tolerate <share>',
        'fail the job where more than this share of its rows has errors: 0.05; otherwise as the model says',
        parseShare,
      )
      .option('--dry-run', 'tell rows, chunks, dollars and time; nothing is uploaded or started')
      .addOption(
        new Option('--output <output>', 'with --dry-run: as if the stack wrote these').choices([
          'rows',
          'files',
          'both',
        ]),
      )
      .option('--concurrency <predictors>', 'with --dry-run: as if so many worked at once', parseCount)
      .option('--write-units <count>', 'with --dry-run: as if the table took so many a second', parseCount)
      .action(action(shell, score)),
    {
      examples: [
        'dropscore score customers.csv churn --watch',
        'dropscore score customers.csv churn --dry-run',
        'dropscore score customers.csv churn --dry-run --output files',
        'dropscore score customers.csv churn@3',
        'dropscore score customers.csv churn --tolerate 0.05 --watch',
        'dropscore score test_features.joblib churn --watch',
        'dropscore score s3://my-input-bucket/incoming/churn/customers.csv churn@3',
        'JOB=$(dropscore score customers.csv churn)',
      ],
      remarks: [
        'Prints the job’s id. Without a version, the file is dropped under incoming/<model>/ and scored with the current version, as any drop is. With one, or with --tolerate, it is a job of its own: the same object version asked for in the same way again is the same job.',
        'With --dry-run the file is split here, by the settings of the stack; docs/cost.md tells how rows become dollars. Afterwards `dropscore job show` has what the job used.',
      ],
    },
  );

async function score(
  context: Context,
  file: string,
  model: ModelReference,
  { watch = false, timeout, tolerate, dryRun: isDry = false, ...assumed }: ScoreOptions,
): Promise<number> {
  requireDryRun(isDry, assumed);
  const address = parseS3Address(file);
  const size = address ? undefined : await sizeOfFile(file);
  const connection = await context.connect();
  if (address) requireInputBucket(address, connection);
  await requireModel(await connection.models(), model);

  const asked = { model: model.name, version: model.version, toleratedErrors: tolerate };
  if (isDry) return dryRun(context, connection, address ?? { file, size: size ?? 0 }, asked, assumed);
  const source = address
    ? await newestVersion(address, connection)
    : await upload(context, connection, file, size ?? 0, asked);
  const id = await start(context, connection, source, asked, address !== undefined);
  if (watch) {
    const ledger = await connection.ledger();
    context.note(`job ${id}`);
    const view = await showWatch(context, ledger, id, { opensWithinMs: OPENS_WITHIN_MS, timeoutMs: timeout });
    return showJob(context, ledger, view);
  }
  const { name, version } = model;
  await context.terminal.data(
    context.json
      ? `${JSON.stringify({ jobId: id, model: name, ...(version && { version }), source }, undefined, 2)}\n`
      : `${id}\n`,
  );
  if (!context.json) context.note(`next: dropscore job watch ${id}`);
  return EXIT.done;
}

/**
 * A drop starts by itself, through the bucket's event. Anything else asks the intake queue, with a run id where it is no
 * plain drop, so that asking for it again finds the same job.
 *
 * @returns the id of the job.
 */
async function start(
  context: Context,
  connection: Connection,
  source: ObjectVersion,
  asked: Asked,
  wasThere: boolean,
): Promise<string> {
  const { jobId, message } = startRequest(source, asked, 'cli');
  if (!wasThere && message.runId === undefined) return jobId;
  if (wasThere && (await (await connection.ledger()).readJob(jobId))) {
    context.note('This version of the object has this job already; nothing was started.');
    return jobId;
  }
  await connection.sendToIntake(message);
  return jobId;
}

async function upload(
  { terminal, json, note }: Context,
  { objects, resources }: Connection,
  file: string,
  size: number,
  asked: Asked,
): Promise<ObjectVersion> {
  const key = keyFor(file, asked);
  if (Buffer.byteLength(key) > KEY_BYTES)
    throw wrongUsage('The name of the file is too long for an S3 key.', 'Rename the file.');
  const showSent = (sent: number) => {
    if (terminal.live && !json) terminal.redraw(`uploading: ${bytes(sent)} of ${bytes(size)}`);
  };
  const source = await (await objects()).drop(file, key, showSent);
  if (terminal.live) terminal.redraw(undefined);
  note(`uploaded ${bytes(size)} to s3://${resources.inputBucket}/${key}`);
  return source;
}
