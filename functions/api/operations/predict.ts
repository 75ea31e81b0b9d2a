import type { FieldError, PredictBody, Predictions } from '../../../contracts/generated/api.ts';
import type { Prediction, Reason } from '../../../contracts/generated/types.ts';
import { pinModel } from '../../../core/pin-model.ts';
import type { Answer } from '../api.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { Refusal } from '../refusal.ts';
import type { Input } from '../request.ts';

/** Scores records at once, by the function that serves the model's runtime. */
export async function predict(
  { path, body }: Input<{ model: string }, unknown, PredictBody>,
  { models, runtimes, predict }: ApiDependencies,
): Promise<Answer> {
  const { model } = await pinModel(path.model, body.version, models);
  if (!runtimes.includes(model.runtime))
    throw new Refusal(
      409,
      'unknown_runtime',
      `${model.name} version ${model.version} needs the runtime ${model.runtime}, which this stack has not: ${runtimes.join(', ')}.`,
    );
  const { records, explain = false } = body;
  const answer = await predict(model.runtime, { predict: model, records, ...(explain && { explain }) });
  if (!answer.ok || !answer.predictions) throw unable(answer.reason);
  const { predictions, unknownFields = [] } = answer;
  if (predictions.every(({ error }) => error)) throw noneScored(predictions);
  const scored: Predictions = {
    model: model.name,
    version: model.version,
    predictions,
    ...(unknownFields.length > 0 && { unknownFields }),
  };
  return { body: scored };
}

function unable(reason: Reason | undefined): Refusal {
  const { code, message } = reason ?? { code: 'model_invalid', message: 'The model gives no answer.' };
  return new Refusal(code === 'not_explainable' ? 422 : 409, code, message);
}

function noneScored(predictions: readonly Prediction[]): Refusal {
  const errors = predictions.flatMap(({ error }, record): FieldError[] =>
    error ? [{ pointer: pointerTo(record, error.column), code: error.code, message: error.message }] : [],
  );
  const [first] = errors;
  const more = errors.length > 1 ? `, and ${errors.length - 1} more: see errors` : '';
  // What a library says may end with a full stop of its own.
  const message = `No record could be scored: ${first?.message.replace(/\.$/, '')}${more}.`;
  return new Refusal(400, 'records_refused', message, { errors });
}

const pointerTo = (record: number, column: string | undefined): string =>
  `/records/${record}${column === undefined ? '' : `/${column.replaceAll('~', '~0').replaceAll('/', '~1')}`}`;
