import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';

/** A function that did not come to an answer, named for the cause. It tells class and place, as a predictor does, and no value. */
export class FunctionFailed extends Error {
  readonly told: string;

  constructor(name: string, told: string) {
    super(`The function failed: ${told}`);
    this.name = name;
    this.told = told;
  }
}

/**
 * Asks a function and waits for its answer.
 *
 * @param name of the function, or the ARN of an alias.
 * @throws FunctionFailed.
 */
export async function invoke(
  client: LambdaClient,
  name: string,
  request: unknown,
  abortSignal?: AbortSignal,
): Promise<unknown> {
  const { Payload, FunctionError } = await client.send(
    new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(request) }),
    { ...(abortSignal && { abortSignal }) },
  );
  const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString('utf8') || 'null');
  if (!FunctionError) return answer;
  const { errorType = 'unknown', errorMessage = 'it tells no reason' } = (answer ?? {}) as Told;
  throw new FunctionFailed(
    errorType === BARE ? (errorMessage.split(' ')[0] ?? BARE) : errorType,
    errorMessage,
  );
}

interface Told {
  errorType?: string;
  errorMessage?: string;
}

/** What a predictor raises in the place of any error: its message is the error's class and places. */
const BARE = 'RuntimeError';
