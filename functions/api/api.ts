import type { ApiDependencies } from './dependencies.ts';
import { operations } from './operations/index.ts';
import { Refusal } from './refusal.ts';
import { refusalOf } from './refusal-of.ts';
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

/** A function's answer may have 6 MB, in which the body stands as a JSON text: each quote in it is two bytes. */
const MOST_ANSWER_BYTES = 6_000_000;

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

function answered({ status = 200, headers = {}, body: told }: Answer): HttpResponse {
  const isText = typeof told === 'string';
  const body = isText ? told : JSON.stringify(told);
  if (Buffer.byteLength(JSON.stringify(body)) > MOST_ANSWER_BYTES)
    throw new Refusal(413, 'answer_too_large', 'The answer has more than 6 MB: ask for less at a time.');
  return {
    status,
    headers: { 'content-type': isText ? 'text/csv; charset=utf-8' : 'application/json', ...headers },
    body,
  };
}

const refused = (refusal: Refusal, requestId: string): HttpResponse => ({
  status: refusal.status,
  headers: { 'content-type': 'application/problem+json', ...refusal.headers },
  body: JSON.stringify(refusal.problem(requestId)),
});
