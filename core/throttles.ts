/** The names under which services say that they only want it slower. As the predictor has them in `patiently.py`. */
export const THROTTLES: ReadonlySet<string> = new Set([
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
