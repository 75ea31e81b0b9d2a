import { cause } from '../../core/cause.ts';
import { isInputRejected } from '../../core/errors.ts';
import { THROTTLES } from '../../core/throttles.ts';
import { Refusal } from './refusal.ts';
import type { HttpRequest } from './request.ts';

/** Errors by the names that AWS gives them, and what a caller is told. */
const KNOWN: readonly { names: readonly string[]; refusal: () => Refusal }[] = [
  {
    names: [
      ...THROTTLES,
      // The predictor's own words for what it could not wait for any longer.
      'Throttled',
      'Unavailable',
    ],
    refusal: () => unavailable('throttled', 'Too much is going on at this moment: ask again.'),
  },
  {
    // A snapshot is made anew after a deployment, and after weeks without a call.
    names: ['ResourceConflictException', 'ResourceNotReadyException', 'SnapStartNotReadyException'],
    refusal: () =>
      unavailable(
        'starting',
        'The function that serves the model is being made ready: ask again in some seconds.',
        5,
      ),
  },
  {
    names: ['Function.ResponseSizeTooLarge'],
    refusal: () =>
      new Refusal(413, 'answer_too_large', 'The answer has more than 6 MB: send fewer records at a time.'),
  },
  {
    names: ['Sandbox.Timedout', 'TimeoutError', 'AbortError'],
    refusal: () =>
      new Refusal(504, 'too_slow', 'The model did not answer in time: send fewer records, or drop a file.'),
  },
];

const unavailable = (code: string, message: string, seconds = 2) =>
  new Refusal(503, code, message, { headers: { 'retry-after': String(seconds) } });

/** What a caller is told of an error. What nobody expected goes into the log. */
export function refusalOf(error: unknown, request: HttpRequest): Refusal {
  if (error instanceof Refusal) return error;
  // The model, or a source, is at fault: the sentence is for its user.
  if (isInputRejected(error))
    return new Refusal(error.code === 'model_missing' ? 404 : 409, error.code, error.message);
  const name = error instanceof Error ? error.name : typeof error;
  const known = KNOWN.find(({ names }) => names.includes(name));
  if (known) return known.refusal();
  const { id, method, resource } = request;
  console.error({ event: 'request_failed', requestId: id, method, resource, cause: cause(error) });
  if (isFaultOfService(error)) return unavailable('unavailable', 'A service does not answer: ask again.');
  return new Refusal(500, 'internal_error', 'This is our fault: the log has more under this request’s id.');
}

/** As the SDK tells whose fault it was: what it has asked for several times already. */
const isFaultOfService = (error: unknown): boolean =>
  error instanceof Error && (error as { $fault?: string }).$fault === 'server';
