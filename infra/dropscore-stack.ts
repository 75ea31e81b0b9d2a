import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { acknowledgeFindings } from './acknowledged-findings.ts';
import { type CodeLocations, packagedCode } from './code.ts';
import { parseSettings } from './load-settings.ts';
import { Monitoring } from './monitoring.ts';
import { publisherPolicy } from './publisher-policy.ts';
import { factsOf } from './runtime.ts';
import { scoringOf } from './scoring.ts';
import type { SettingsInput } from './settings.ts';
import { Api } from './stages/api.ts';
import { Complete } from './stages/complete.ts';
import { DeadLetter } from './stages/dead-letter.ts';
import { FanOut } from './stages/fan-out.ts';
import { Predictor } from './stages/predictor.ts';
import { Rescore } from './stages/rescore.ts';
import { Storage } from './stages/storage.ts';
import { Unpack } from './stages/unpack.ts';
import { Watchdog } from './stages/watchdog.ts';

export interface DropscoreProps {
  settings?: SettingsInput;
  /** The built code of the functions; the package's own where absent. */
  code?: CodeLocations;
}

/**
 * The pipeline, in the order in which a file goes through it:
 *
 *     input bucket → [intake] → fan-out → [chunk queue, one per runtime] → predictor → Scores table, result files
 *                        ↑          ↓
 *                      unpack ← [sources]   joblib files, staged as chunks in the work bucket
 *
 *     HTTP API → predictor (now), intake (jobs), tables (scores)
 *
 *                                   Jobs table: the ledger → stream → complete → event bus
 *     schedules, promotions → [requests] → rescore → [intake]
 *     queues' dead letters → dead-letter        every hour: watchdog
 */
export class Dropscore extends Construct {
  readonly storage: Storage;
  /** Carries `Job Completed`, `Job Failed`, `Job Held`, `Shadow Completed`, `Shadow Failed` and `Rescore Completed`. */
  readonly bus: events.EventBus;
  /** What the command line needs to know, by the name it looks for. */
  readonly outputs: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: DropscoreProps = {}) {
    super(scope, id);
    const settings = parseSettings(props.settings ?? {});
    const storage = new Storage(this, 'Storage', settings);
    const bus = new events.EventBus(this, 'Bus', {
      description:
        'dropscore: Job Completed, Job Failed, Job Held, Shadow Completed, Shadow Failed, Rescore Completed',
    });
    const stage = { settings, storage, code: props.code ?? packagedCode };

    const runtimes = Object.entries(settings.runtimes);
    const facts = Object.fromEntries(runtimes.map(([name, runtime]) => [name, factsOf(name, runtime)]));
    const predictors = runtimes.map(
      ([name, runtime]) => new Predictor(this, `Predictor-${name}`, { ...stage, name, runtime, facts }),
    );
    const chunkQueues = {
      queues: predictors.map(({ chunks }) => chunks.queue),
      urls: Stack.of(this).toJsonString(
        Object.fromEntries(predictors.map(({ name, chunks }) => [name, chunks.queue.queueUrl])),
      ),
    };
    const unpack = new Unpack(this, 'Unpack', stage);
    const unpackQueue = unpack.sources.queue;
    const fanOut = new FanOut(this, 'FanOut', { ...stage, chunkQueues, unpackQueue });
    const intake = fanOut.intake.queue;
    unpack.answerTo(intake);
    const rescore = new Rescore(this, 'Rescore', { ...stage, intake });
    const rescoreQueue = rescore.requests.queue;
    const complete = new Complete(this, 'Complete', { ...stage, bus, intake, rescoreQueue });
    const workQueues = [
      fanOut.intake,
      unpack.sources,
      ...predictors.map(({ chunks }) => chunks),
      rescore.requests,
    ];
    const deadLetter = new DeadLetter(this, 'DeadLetter', {
      ...stage,
      queues: workQueues.map(({ deadLetters }) => deadLetters),
    });
    const watchdog = new Watchdog(this, 'Watchdog', { ...stage, intake, chunkQueues, rescoreQueue });
    const api = settings.api.enabled ? new Api(this, 'Api', { ...stage, intake, predictors }) : undefined;

    new Monitoring(this, 'Monitoring', {
      settings,
      workQueues,
      setAside: complete.setAside,
      missed: rescore.missed,
      functions: [
        fanOut,
        unpack,
        ...predictors,
        complete,
        rescore,
        deadLetter,
        watchdog,
        ...(api ? [api] : []),
      ].map((of) => of.function),
      deadLetter: deadLetter.function,
      api: api?.gateway.api,
    });

    const publisher = publisherPolicy(
      this,
      storage.models,
      predictors.map((of) => of.function.function),
    );

    acknowledgeFindings(this, { storage, complete, rescore, api });
    this.storage = storage;
    this.bus = bus;
    this.outputs = {
      InputBucket: storage.input.bucketName,
      ModelsBucket: storage.models.bucketName,
      WorkBucket: storage.work.bucketName,
      ResultsBucket: storage.results.bucketName,
      JobsTable: storage.jobs.tableName,
      ScoresTable: storage.scores.tableName,
      IntakeQueueUrl: intake.queueUrl,
      UnpackQueueUrl: unpackQueue.queueUrl,
      ChunkQueueUrls: chunkQueues.urls,
      RescoreQueueUrl: rescoreQueue.queueUrl,
      Schedules: rescore.schedules,
      EventBus: bus.eventBusName,
      Runtimes: Stack.of(this).toJsonString(
        Object.fromEntries(
          predictors.map((of) => [
            of.name,
            { function: of.function.function.functionName, ...facts[of.name] },
          ]),
        ),
      ),
      Scoring: JSON.stringify(scoringOf(settings)),
      PublisherPolicy: publisher.managedPolicyArn,
      ...(api && {
        ApiUrl: api.gateway.api.url,
        ApiId: api.gateway.api.restApiId,
        ApiUsagePlan: api.gateway.usagePlan.usagePlanId,
      }),
    };
  }
}

/** The pipeline as a stack of its own, with the outputs that the command line reads. */
export class DropscoreStack extends Stack {
  constructor(scope: Construct, id: string, { settings, code, ...props }: DropscoreProps & StackProps = {}) {
    super(scope, id, props);
    // CDK leaves `Default` out of logical ids, so that resources are called by their stages.
    const pipeline = new Dropscore(this, 'Default', {
      ...(settings && { settings }),
      ...(code && { code }),
    });
    for (const [name, value] of Object.entries(pipeline.outputs)) new CfnOutput(this, name, { value });
  }
}
