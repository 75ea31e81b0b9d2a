import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';

/** As the predictor has them in `patiently.py`. */
const THROTTLES: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'TransactionInProgressException',
  // Reasons of a cancelled transaction: many predictors add to one counter item.
  'ProvisionedThroughputExceeded',
  'ThrottlingError',
  'TransactionConflict',
]);

/** Whether a service only wants it slower; a cancelled transaction has its reasons one level down. */
export function isThrottle(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const cancelled = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
  const reasons = cancelled.flatMap(({ Code }) => (Code && Code !== 'None' ? [Code] : []));
  return (reasons.length > 0 ? reasons : [error.name]).every((code) => THROTTLES.has(code));
}
