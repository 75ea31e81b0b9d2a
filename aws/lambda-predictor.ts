import { LambdaClient } from '@aws-sdk/client-lambda';
import type {
  CheckAnswer,
  ExplainRequest,
  PinnedModel,
  PredictAnswer,
  PredictRequest,
} from '../contracts/generated/types.ts';
import { parseContract } from '../contracts/validate.ts';
import type { AwsOptions } from './clients.ts';
import { FunctionFailed, invoke } from './lambda-invoke.ts';

/** API Gateway gives an answer 29 seconds, in which a model may be asked for again that is throttled. */
const LONGEST_PREDICTION_MS = 26_000;
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
    try {
      return await invoke(client, functionName, request);
    } catch (error) {
      if (!(error instanceof FunctionFailed)) throw error;
      throw new Error(`The function of runtime ${runtime} failed: ${error.told}`);
    } finally {
      client.destroy();
    }
  };
  return {
    check: async (model) => parseContract('check-answer', await ask({ check: model })),
    explain: async (request) => parseContract('predict-answer', await ask(request)),
  };
}

/**
 * Scores records for somebody who waits for them.
 *
 * @param name of the function, or the ARN of an alias.
 * @throws FunctionFailed.
 */
export async function predictBy(
  client: LambdaClient,
  name: string,
  request: PredictRequest,
): Promise<PredictAnswer> {
  const answer = await invoke(client, name, request, AbortSignal.timeout(LONGEST_PREDICTION_MS));
  return parseContract('predict-answer', answer);
}
