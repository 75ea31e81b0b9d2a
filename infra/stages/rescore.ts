import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { BeginRescoreMessage, RescoreRequest } from '../../contracts/generated/types.ts';
import { notifyOfObjects } from '../bucket-events.ts';
import { nodeFunction } from '../code.ts';
import { ledger, readNewest, readObjects, send } from '../permissions.ts';
import type { ScheduleSettings } from '../rescore-settings.ts';
import type { StageFunction } from '../stage-function.ts';
import { deadLetterQueue, WorkQueue } from '../work-queue.ts';
import type { StageProps } from './stage-props.ts';

/** One run at a time has a model's turn, so that more would only wait. */
const AT_ONCE = 2;
/** Scheduler puts the time in, at which it was to fire: a doubled firing has the same. */
const SCHEDULED_TIME = '<aws.scheduler.scheduled-time>';

/** Scores past sources again: schedules, promotions and the command line ask for a run, and its jobs go through the one door. */
export class Rescore extends Construct {
  readonly requests: WorkQueue;
  readonly function: StageFunction;
  /** What Scheduler could not send, a queue a schedule. */
  readonly missed: sqs.Queue[];
  /** JSON: what each schedule asks for, by name. */
  readonly schedules: string;

  constructor(scope: Construct, id: string, props: StageProps & { intake: sqs.IQueue }) {
    super(scope, id);
    const { settings, storage, intake } = props;
    const { memoryMiB, timeoutSeconds } = settings.functions.rescore;
    this.requests = new WorkQueue(this, 'Requests', settings, timeoutSeconds);
    const { queue } = this.requests;
    if (Object.keys(settings.rescoreOnPromotion).length > 0)
      notifyOfObjects(storage.models, queue, { name: 'suffix', value: '/current.json' });

    this.function = nodeFunction(this, 'rescore', props, {
      description: 'Asks for past sources to be scored again',
      memoryMiB,
      timeoutSeconds,
      sendsToItself: true,
      environment: {
        JOBS_TABLE: storage.jobs.tableName,
        MODELS_BUCKET: storage.models.bucketName,
        INTAKE_QUEUE_URL: intake.queueUrl,
        RESCORE_QUEUE_URL: queue.queueUrl,
        ON_PROMOTION: JSON.stringify(settings.rescoreOnPromotion),
      },
    });
    this.function.consume(queue, AT_ONCE);
    ledger(this.function, storage.jobs, ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem']);
    this.function.allow(['dynamodb:Query'], [`${storage.jobs.tableArn}/index/by-model`]);
    readNewest(this.function, storage.models);
    readObjects(this.function, storage.input);
    send(this.function, intake, queue);

    const schedules = Object.entries(settings.schedules);
    this.missed = schedules.map(([name, schedule]) => this.#schedule(name, schedule, props));
    this.schedules = Stack.of(this).toJsonString(
      Object.fromEntries(
        schedules.map(([name, { when, timeZone, enabled, ...schedule }]) => [
          name,
          { when, timeZone, enabled, request: requestOf(name, schedule) },
        ]),
      ),
    );
  }

  #schedule(name: string, settings: ScheduleSettings, props: StageProps): sqs.Queue {
    const { queue } = this.requests;
    const own = new Construct(this, `Schedule-${name}`);
    const missed = deadLetterQueue(own, 'Missed', props.settings);
    const role = new iam.Role(own, 'Role', {
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      description: `dropscore: schedule ${name}`,
    });
    const policy = new iam.Policy(own, 'Policy', {
      roles: [role],
      statements: [
        new iam.PolicyStatement({
          actions: ['sqs:SendMessage'],
          resources: [queue.queueArn, missed.queueArn],
        }),
      ],
    });
    const message: BeginRescoreMessage = {
      type: 'begin',
      runId: `${name}@${SCHEDULED_TIME}`,
      request: requestOf(name, settings),
    };
    const schedule = new scheduler.CfnSchedule(own, 'Schedule', {
      description: `dropscore: scores sources of ${settings.model} again`,
      scheduleExpression: settings.when,
      scheduleExpressionTimezone: settings.timeZone,
      flexibleTimeWindow: { mode: 'OFF' },
      state: settings.enabled ? 'ENABLED' : 'DISABLED',
      target: {
        arn: queue.queueArn,
        roleArn: role.roleArn,
        input: JSON.stringify(message),
        deadLetterConfig: { arn: missed.queueArn },
      },
    });
    schedule.node.addDependency(policy);
    return missed;
  }
}

type Chosen = Omit<ScheduleSettings, 'when' | 'timeZone' | 'enabled'>;

const requestOf = (
  name: string,
  { model, scope, sources, onOverlap, ...bounds }: Chosen,
): RescoreRequest => ({
  modelName: model,
  scope,
  sources,
  onOverlap,
  requestedBy: name,
  schedule: name,
  ...(bounds.version !== undefined && { version: bounds.version }),
  ...(bounds.prefix !== undefined && { prefix: bounds.prefix }),
  ...(bounds.maxAgeDays !== undefined && { maxAgeDays: bounds.maxAgeDays }),
});
