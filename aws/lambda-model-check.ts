import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { CheckAnswer, PinnedModel } from '../contracts/generated/types.ts';
import { parseContract } from '../contracts/validate.ts';
import type { AwsOptions } from './clients.ts';

/** As long as a function may run. */
const INVOCATION_MS = 900_000;

/**
 * Asks the function that serves a model version to load it as for a job, and to score its golden rows.
 *
 * @throws an Error with what the function itself failed of.
 */
export async function checkModel(
  options: AwsOptions,
  functionName: string,
  model: PinnedModel,
): Promise<CheckAnswer> {
  // One attempt: a second one would only wait as long again.
  const client = new LambdaClient({
    ...options,
    maxAttempts: 1,
    requestHandler: { socketTimeout: INVOCATION_MS },
  });
  const { Payload, FunctionError } = await client.send(
    new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify({ check: model }) }),
  );
  client.destroy();
  const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString('utf8') || 'null');
  if (FunctionError) {
    const reason = (answer as { errorMessage?: string } | null)?.errorMessage ?? 'it tells no reason';
    throw new Error(`The function of runtime ${model.runtime} failed: ${reason}`);
  }
  return parseContract('check-answer', answer);
}
