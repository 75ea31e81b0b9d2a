import prices from '../../bench/prices.json' with { type: 'json' };
import type { Cost } from '../../contracts/generated/api.ts';
import type { Usage } from '../../contracts/generated/types.ts';

const { dollars, region, asOf } = prices;

/** The services that are charged for, in the order in which people are told. */
export const SERVICES = ['dynamodb', 'lambda', 's3', 'sqs', 'eventbridge'] as const;

/** Dollars by service, at the prices of `bench/prices.json`. */
export function costOf(usage: Usage): Cost {
  const { rowWriteUnits, indexWriteUnits, ledgerWriteUnits, readUnits } = usage;
  const byService = {
    dynamodb:
      (rowWriteUnits + indexWriteUnits + ledgerWriteUnits) * dollars.writeUnit + readUnits * dollars.readUnit,
    lambda: usage.lambdaRequests * dollars.lambdaRequest + usage.lambdaGbSeconds * dollars.lambdaGbSecond,
    s3: usage.s3Puts * dollars.s3Put + usage.s3Gets * dollars.s3Get,
    sqs: usage.sqsRequests * dollars.sqsFairRequest,
    eventbridge: usage.events * dollars.event,
  };
  const total = SERVICES.reduce((sum, service) => sum + byService[service], 0);
  return { total, ...byService, region, asOf };
}
