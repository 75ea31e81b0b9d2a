import { isInputRejected } from '../../core/errors.ts';
import type { ApiDependencies } from './dependencies.ts';
import { operations } from './operations/index.ts';
import { Refusal } from './refusal.ts';
import { checkedInput, type HttpRequest, operationFor } from './request.ts';

/** What goes back to the gateway. */
export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** What an operation answers: JSON, or a text of another type. */
export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body: unknown;
}

/**
 * Answers a request: finds its operation in the document, holds it to that, and runs it. Every refusal is a problem
 * (RFC 9457); what nobody expected is one too, and stands in the log by its class and place.
 */
export async function answer(request: HttpRequest, dependencies: ApiDependencies): Promise<HttpResponse> {
  try {
    const operation = operationFor(request);
    const input = checkedInput(operation, request);
    return answered(await operations[operation.id](input as never, dependencies));
  } catch (error) {
    return refused(refusalOf(error, request), request.id);
  }
}

function answered({ status = 200, headers = {}, body }: Answer): HttpResponse {
  const isText = typeof body === 'string';
  return {
    status,
    headers: { 'content-type': isText ? 'text/csv; charset=utf-8' : 'application/json', ...headers },
    body: isText ? body : JSON.stringify(body),
  };
}

const refused = (refusal: Refusal, requestId: string): HttpResponse => ({
  status: refusal.status,
  headers: { 'content-type': 'application/problem+json', ...refusal.headers },
  body: JSON.stringify(refusal.problem(requestId)),
});

function refusalOf(error: unknown, { id, method, resource }: HttpRequest): Refusal {
  if (error instanceof Refusal) return error;
  // The model, or a source, is at fault: the sentence is for its user.
  if (isInputRejected(error))
    return new Refusal(error.code === 'model_missing' ? 404 : 409, error.code, error.message);
  if (isThrottled(error))
    return new Refusal(503, 'throttled', 'Too much is going on at this moment: ask again.', {
      headers: { 'retry-after': '2' },
    });
  if (isStarting(error))
    return new Refusal(
      503,
      'starting',
      'The function that serves the model is being made ready: ask again in some seconds.',
      { headers: { 'retry-after': '5' } },
    );
  if (isTooLarge(error))
    return new Refusal(
      413,
      'answer_too_large',
      'The answer has more than 6 MB: send fewer records at a time.',
    );
  if (isSlow(error))
    return new Refusal(
      504,
      'too_slow',
      'The model did not answer in time: send fewer records, or drop a file.',
    );
  const [name, place] = error instanceof Error ? [error.name, placeOf(error)] : [typeof error, undefined];
  console.error({ event: 'request_failed', requestId: id, method, resource, error: name, place });
  return new Refusal(500, 'internal_error', 'This is our fault: the log has more under this request’s id.');
}

const THROTTLED = [
  'ThrottlingException',
  'TooManyRequestsException',
  'ProvisionedThroughputExceededException',
  'SlowDown',
  'RequestThrottled',
  'RequestLimitExceeded',
];

const isThrottled = (error: unknown): boolean => isNamed(error, ...THROTTLED);
/** How Lambda names them. A snapshot is made anew after a deployment, and after weeks without a call. */
const isStarting = (error: unknown): boolean =>
  isNamed(error, 'ResourceConflictException', 'ResourceNotReadyException', 'SnapStartNotReadyException');
const isTooLarge = (error: unknown): boolean => isNamed(error, 'Function.ResponseSizeTooLarge');
const isSlow = (error: unknown): boolean => isNamed(error, 'Sandbox.Timedout', 'TimeoutError');

const isNamed = (error: unknown, ...names: readonly string[]): boolean =>
  error instanceof Error && names.includes(error.name);

/** The first line of a stack that names a place: a message may hold values. */
const placeOf = ({ stack }: Error): string | undefined =>
  /^\s+at .*$/m
    .exec(stack ?? '')?.[0]
    .trim()
    .slice(0, 200);
