import { setTimeout as sleep } from 'node:timers/promises';
import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';

/** Many predictors add to one counter item: conflicts are daily business, so the bound is generous. */
const CONFLICT_ATTEMPTS = 10;

export interface Expressions {
  update?: string;
  condition: string;
  values?: Record<string, unknown>;
}

/**
 * The condition, names and values of a conditional write. Attribute names always go through placeholders (DynamoDB reserves hundreds of
 * words), and `#name` always stands for `name`, so the map follows from the expressions.
 */
export function conditional({ update, condition, values }: Expressions) {
  const used = `${update ?? ''} ${condition}`.matchAll(/#(\w+)/g);
  return {
    ConditionExpression: condition,
    ExpressionAttributeNames: Object.fromEntries(
      [...used].map(([placeholder, name]) => [placeholder, name as string]),
    ),
    ...(values && {
      ExpressionAttributeValues: Object.fromEntries(
        Object.entries(values).map(([name, value]) => [`:${name}`, value]),
      ),
    }),
  };
}

/**
 * Runs a conditional write: true when it was made, false when its condition did not hold. A conflict with another
 * transaction is no answer: the write is tried again with full jitter (the SDK does not retry it).
 */
export async function unlessConditionFails(write: () => Promise<unknown>): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      await write();
      return true;
    } catch (error) {
      if (conditionFailed(error)) return false;
      if (attempt === CONFLICT_ATTEMPTS || !isConflict(error)) throw error;
      await sleep(Math.random() * 20 * 2 ** attempt);
    }
  }
}

function conditionFailed(error: unknown): boolean {
  return error instanceof ConditionalCheckFailedException || cancelledBy(error, 'ConditionalCheckFailed');
}

function isConflict(error: unknown): boolean {
  if (error instanceof Error && error.name === 'TransactionConflictException') return true;
  return ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'].some((code) =>
    cancelledBy(error, code),
  );
}

function cancelledBy(error: unknown, code: string): boolean {
  return (
    error instanceof TransactionCanceledException &&
    (error.CancellationReasons ?? []).some((reason) => reason.Code === code)
  );
}
