import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type {
  CheckAnswer,
  ExplainRequest,
  PinnedModel,
  PredictAnswer,
} from '../contracts/generated/types.ts';
import { parseContract } from '../contracts/validate.ts';
import type { AwsOptions } from './clients.ts';

/** As long as a function may run. */
const INVOCATION_MS = 900_000;

/** The function that serves a runtime's models, asked without a queue. */
export interface Predictor {
  /** Loads a version as for a job, and scores its golden rows. */
  check(model: PinnedModel): Promise<CheckAnswer>;
  /** Reads and scores a row of a chunk once more, and tells how its score came about. */
  explain(request: ExplainRequest): Promise<PredictAnswer>;
}

/** Each question throws an Error with what the function itself failed of. */
export function lambdaPredictor(options: AwsOptions, functionName: string, runtime: string): Predictor {
  const ask = async (request: { check: PinnedModel } | ExplainRequest): Promise<unknown> => {
    // One attempt: a second one would only wait as long again.
    const client = new LambdaClient({
      ...options,
      maxAttempts: 1,
      requestHandler: { socketTimeout: INVOCATION_MS },
    });
    const { Payload, FunctionError } = await client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(request) }),
    );
    client.destroy();
    const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString('utf8') || 'null');
    if (!FunctionError) return answer;
    const reason = (answer as { errorMessage?: string } | null)?.errorMessage ?? 'it tells no reason';
    throw new Error(`The function of runtime ${runtime} failed: ${reason}`);
  };
  return {
    check: async (model) => parseContract('check-answer', await ask({ check: model })),
    explain: async (request) => parseContract('predict-answer', await ask(request)),
  };
}
