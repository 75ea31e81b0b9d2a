import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import document from './openapi.json' with { type: 'json' };

/** An operation's `operationId`. */
export type OperationId =
  | 'listModels'
  | 'getModel'
  | 'predict'
  | 'recordScores'
  | 'startJob'
  | 'listJobs'
  | 'getJob'
  | 'getScores'
  | 'getErrors'
  | 'retryJob'
  | 'cancelJob'
  | 'approveJob'
  | 'createUpload';

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: object;
}

interface DocumentedOperation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: { 'application/json': { schema: { $ref: string } } } };
}

/** What is wrong with one field of a request. */
export interface Fault {
  /** JSON pointer into the body (RFC 6901; empty for the whole), or the name of a parameter. */
  pointer: string;
  code: 'missing' | 'unknown_field' | 'invalid';
  message: string;
}

export interface Operation {
  id: OperationId;
  hasBody: boolean;
  /** Path and query parameters as the schemas type them, with their defaults; or what is wrong with them. */
  parameters(place: 'path' | 'query', given: Readonly<Record<string, string>>): Checked;
  body(given: unknown): Checked;
}

export type Checked = { value: Record<string, unknown> } | { faults: Fault[] };

const MOST_FAULTS = 100;
const DOCUMENT = 'openapi.json';

// The document holds keywords of OpenAPI beside those of JSON Schema, so that it cannot be strict. 1e999 reads as infinity, which would go on as null.
const options = { strict: false, strictNumbers: true, allErrors: true, useDefaults: true };
const bodies = new Ajv(options).addSchema(document, DOCUMENT);
const parameters = new Ajv({ ...options, coerceTypes: true });

const operations = new Map(
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, DocumentedOperation>).map(
      ([method, documented]) => [`${method.toUpperCase()} ${path}`, operation(documented)] as const,
    ),
  ),
);

/** @param path as the document has it: `/jobs/{jobId}`. */
export const operationOf = (method: string, path: string): Operation | undefined =>
  operations.get(`${method} ${path}`);

/** Every path of the document with its methods. */
export const documentedPaths: readonly { path: string; methods: string[] }[] = Object.entries(
  document.paths,
).map(([path, methods]) => ({ path, methods: Object.keys(methods).map((method) => method.toUpperCase()) }));

function operation({ operationId, parameters: listed = [], requestBody }: DocumentedOperation): Operation {
  const body = once(() => bodies.compile({ $ref: `${DOCUMENT}${schemaOf(requestBody)}` }));
  const places = { path: once(() => inPlace('path', listed)), query: once(() => inPlace('query', listed)) };
  return {
    id: operationId as OperationId,
    hasBody: requestBody !== undefined,
    parameters: (place, given) => checked(places[place](), { ...given }, (pointer) => pointer.slice(1)),
    body: (given) => checked(body(), given, (pointer) => pointer),
  };
}

const schemaOf = (body: DocumentedOperation['requestBody']): string =>
  body?.content['application/json'].schema.$ref ?? '';

function inPlace(place: string, listed: readonly Parameter[]): ValidateFunction {
  const here = listed.filter((parameter) => parameter.in === place);
  return parameters.compile({
    type: 'object',
    additionalProperties: false,
    required: here.filter(({ required }) => required).map(({ name }) => name),
    properties: Object.fromEntries(here.map(({ name, schema }) => [name, schema])),
  });
}

function checked(validate: ValidateFunction, given: unknown, pointerOf: (path: string) => string): Checked {
  if (validate(given)) return { value: given as Record<string, unknown> };
  // What is wrong with a name is told once, by the rule for names.
  const errors = (validate.errors ?? []).filter(({ propertyName }) => propertyName === undefined);
  return { faults: errors.slice(0, MOST_FAULTS).map((error) => fault(error, pointerOf)) };
}

/** Names the field and the rule, never the value. */
function fault(error: ErrorObject, pointerOf: (path: string) => string): Fault {
  const { keyword, instancePath, params, message } = error;
  const at = (name: string) => pointerOf(`${instancePath}/${escaped(name)}`);
  if (keyword === 'required')
    return { pointer: at(params.missingProperty), code: 'missing', message: 'is needed' };
  if (keyword === 'additionalProperties')
    return {
      pointer: at(params.additionalProperty),
      code: 'unknown_field',
      message: 'is no field of this request',
    };
  if (keyword === 'propertyNames')
    return { pointer: at(params.propertyName), code: 'invalid', message: 'is too long a name' };
  const allowed = keyword === 'enum' ? `must be one of ${params.allowedValues.join(', ')}` : undefined;
  return { pointer: pointerOf(instancePath), code: 'invalid', message: allowed ?? message ?? keyword };
}

const escaped = (name: string): string => name.slice(0, 80).replaceAll('~', '~0').replaceAll('/', '~1');

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
