import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { THROTTLES } from '../core/throttles.ts';

/** Whether a service only wants it slower; a cancelled transaction has its reasons one level down. */
export function isThrottle(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const cancelled = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
  const reasons = cancelled.flatMap(({ Code }) => (Code && Code !== 'None' ? [Code] : []));
  return (reasons.length > 0 ? reasons : [error.name]).every((code) => THROTTLES.has(code));
}
