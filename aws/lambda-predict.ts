import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { PredictAnswer, PredictRequest } from '../contracts/generated/types.ts';
import { parseContract } from '../contracts/validate.ts';

/** API Gateway gives an answer 29 seconds, in which a model may be asked for again that is throttled. */
const LONGEST_PREDICTION_MS = 26_000;

/** A function that did not come to an answer, by the name that Lambda gives the cause. */
export class FunctionFailed extends Error {
  constructor(errorType: string) {
    super('The function that serves the model failed: its log names the cause.');
    this.name = errorType;
  }
}

/**
 * Scores records by the function that serves their model.
 *
 * @param name of the function, or the ARN of an alias.
 * @throws FunctionFailed, named for its cause; never with its message, which may quote a record.
 */
export async function predictBy(
  client: LambdaClient,
  name: string,
  request: PredictRequest,
): Promise<PredictAnswer> {
  const { Payload, FunctionError } = await client.send(
    new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(request) }),
    { abortSignal: AbortSignal.timeout(LONGEST_PREDICTION_MS) },
  );
  const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString('utf8') || 'null');
  if (FunctionError) throw new FunctionFailed(String((answer as { errorType?: string } | null)?.errorType));
  return parseContract('predict-answer', answer);
}
