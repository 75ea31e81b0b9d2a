import type { Cost } from '../../contracts/generated/api.ts';
import type { Usage } from '../../contracts/generated/types.ts';
import { SERVICES } from '../../core/cost/cost.ts';
import { count, counted, dollars } from './quantities.ts';
import { table } from './table.ts';

const NAMES: Record<(typeof SERVICES)[number], string> = {
  dynamodb: 'DynamoDB',
  lambda: 'Lambda',
  s3: 'S3',
  sqs: 'SQS',
  eventbridge: 'EventBridge',
};

/** Of the whole; less is left out of a line. */
const SHARE_TOLD = 0.001;

/** In a line: `$1.28 (DynamoDB $1.25, Lambda $0.026), at the prices of …`. */
export function costWords(cost: Cost): string {
  const parts = SERVICES.filter((service) => cost[service] > cost.total * SHARE_TOLD).map(
    (service) => `${NAMES[service]} ${dollars(cost[service])}`,
  );
  return `${dollars(cost.total)}${parts.length > 0 ? ` (${parts.join(', ')})` : ''}, ${pricesWords(cost)}`;
}

export const pricesWords = ({ region, asOf }: Cost): string => `at the prices of ${region} in ${asOf}`;

/** A line for each service, and what it is for. */
export function costTable(cost: Cost, usage: Usage, width?: number): string {
  const uses: Record<(typeof SERVICES)[number], string[]> = {
    dynamodb: [
      `write units: ${count(usage.rowWriteUnits)} for rows, ${count(usage.indexWriteUnits)} for their index, ${count(usage.ledgerWriteUnits)} for the ledger`,
      `${counted(usage.readUnits, 'read unit')}`,
    ],
    lambda: [counted(usage.lambdaRequests, 'request'), `${count(usage.lambdaGbSeconds)} GB-seconds`],
    s3: [counted(usage.s3Puts, 'put'), counted(usage.s3Gets, 'get')],
    sqs: [counted(usage.sqsRequests, 'request')],
    eventbridge: [counted(usage.events, 'event')],
  };
  return table(
    [{ title: 'SERVICE' }, { title: 'DOLLARS', align: 'right' }, { title: 'FOR', shrinks: true }],
    SERVICES.map((service) => [NAMES[service], dollars(cost[service]), uses[service].join(', ')]),
    width,
  );
}
