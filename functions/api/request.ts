import type { Checked, Fault, Operation } from '../../contracts/api.ts';
import { documentedPaths, operationOf } from '../../contracts/api.ts';
import { Refusal } from './refusal.ts';

/** A request as the gateway hands it on. */
export interface HttpRequest {
  id: string;
  method: string;
  /** As the document has it: `/jobs/{jobId}`; undefined for what it has not. */
  resource?: string;
  /** As it was asked for, percent-encoded, without the stage. */
  path: string;
  /** Still percent-encoded. */
  pathParameters: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string>>;
  /** By lower-case names. */
  headers: Readonly<Record<string, string>>;
  body?: string;
  /** Of the API key. */
  caller?: string;
}

/** A request that holds to the document. */
export interface Input<Path, Query, Body> {
  path: Path;
  query: Query;
  body: Body;
  headers: HttpRequest['headers'];
  caller: string | undefined;
}

/** API Gateway takes 10 MB, a function 6: below both, and far above what records need. */
export const MOST_BODY_BYTES: number = 1 << 20;

/** @throws Refusal 404 or 405, with the methods that there are. */
export function operationFor({ method, resource, path }: HttpRequest): Operation {
  const operation = resource === undefined ? undefined : operationOf(method, resource);
  if (operation) return operation;
  const methods = documentedPaths.find((documented) => matches(documented.path, path))?.methods;
  // A path that differs by a slash at its end has the methods, and is none of the document.
  if (!methods || methods.includes(method))
    throw new Refusal(
      404,
      'no_such_path',
      'There is nothing at this path: see docs/api.md for those there are.',
    );
  throw new Refusal(405, 'no_such_method', `This path takes ${methods.join(' and ')}.`, {
    headers: { allow: methods.join(', ') },
  });
}

/** @throws Refusal that names each field that is not as the document says. */
export function checkedInput(
  operation: Operation,
  request: HttpRequest,
): Input<Record<string, unknown>, Record<string, unknown>, unknown> {
  const path = operation.parameters('path', decoded(request.pathParameters));
  const query = operation.parameters('query', request.query);
  const faults = [path, query].flatMap(faultsOf);
  if (faults.length > 0) throw invalid(faults);
  const body = operation.hasBody ? operation.body(parsedBody(request)) : { value: {} };
  if ('faults' in body) throw invalid(body.faults);
  return {
    path: checkedValue(path),
    query: checkedValue(query),
    body: checkedValue(body),
    headers: request.headers,
    caller: request.caller,
  };
}

/** @throws Refusal that names the parameter which is no UTF-8, percent-encoded. */
function decoded(segments: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(segments).map(([name, segment]) => {
      try {
        return [name, decodeURIComponent(segment)];
      } catch {
        throw invalid([{ pointer: name, code: 'invalid', message: 'is not percent-encoded as UTF-8' }]);
      }
    }),
  );
}

function parsedBody({ headers, body = '' }: HttpRequest): unknown {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new Refusal(415, 'not_json', 'Send the body as JSON, with content-type: application/json.');
  if (Buffer.byteLength(body) > MOST_BODY_BYTES)
    throw new Refusal(
      413,
      'body_too_large',
      `The body is larger than ${MOST_BODY_BYTES >> 20} MiB: send fewer records at a time, or drop a file.`,
    );
  try {
    return JSON.parse(body, HALF_A_PAIR.test(body) ? wellFormed : undefined);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    // What the parser says quotes the body.
    throw new Refusal(400, 'not_json', 'The body is not JSON.');
  }
}

/** As JSON escapes it: whole pairs are text. */
const HALF_A_PAIR = /\\u[dD][89a-fA-F]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Half a surrogate pair is no text: no key, no id and no answer can hold it. */
function wellFormed(name: string, value: unknown): unknown {
  if (LONE_SURROGATE.test(name) || (typeof value === 'string' && LONE_SURROGATE.test(value)))
    throw new Refusal(
      400,
      'invalid_request',
      'The body holds half a surrogate pair (U+D800 to U+DFFF), which is no text.',
    );
  return value;
}

/** A request that is not as the document says, with each of its faults. */
export function invalid(faults: readonly Fault[]): Refusal {
  const [first] = faults;
  const more = faults.length > 1 ? `, and ${faults.length - 1} more: see errors` : '';
  const message = `${first?.pointer || 'The body'} ${first?.message}${more}.`;
  return new Refusal(400, 'invalid_request', message, { errors: faults });
}

const faultsOf = (checked: Checked): Fault[] => ('faults' in checked ? checked.faults : []);
const checkedValue = (checked: Checked): Record<string, unknown> => ('value' in checked ? checked.value : {});

/** Whether a path is one of a template: `/jobs/{jobId}`. */
function matches(template: string, path: string): boolean {
  const [wanted, given] = [template.split('/'), path.replace(/\/$/, '').split('/')];
  return (
    wanted.length === given.length && wanted.every((part, i) => part.startsWith('{') || part === given[i])
  );
}
