import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import document from '../../contracts/openapi.json' with { type: 'json' };
import reason from '../../contracts/reason.schema.json' with { type: 'json' };

interface Answered {
  status: number;
  headers: Readonly<Record<string, string | undefined>>;
  body: string;
}

interface DocumentedResponse {
  $ref?: string;
  headers?: object;
  content?: Record<string, { schema: object }>;
  'x-codes'?: string[];
}

const contracts = readdirSync('contracts').filter((name) => name.endsWith('.schema.json'));
const ajv = new Ajv({
  strict: false,
  formats: { 'date-time': true },
  schemas: contracts.map((name) => JSON.parse(readFileSync(`contracts/${name}`, 'utf8'))),
}).addSchema(document, 'openapi.json');

/** Problems of the function that are no operation's: the document has no path for them. */
const OF_NO_OPERATION = ['no_such_path', 'no_such_method'];

/**
 * The body of an answer, which must be one that the document has for the operation.
 *
 * @param operation as the document has it: `GET /jobs/{jobId}`.
 * @throws Error that names the difference.
 */
// biome-ignore lint/suspicious/noExplicitAny: a test looks into it as it likes
export function documented(operation: string, { status, headers, body }: Answered): any {
  const [method = '', path = ''] = operation.split(' ');
  const type = headers['content-type']?.split(';')[0] ?? '';
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const parsed: any = type === 'text/csv' ? body : JSON.parse(body);
  if (OF_NO_OPERATION.includes(parsed.code)) return parsed;
  const methods: Record<
    string,
    Record<string, { responses: Record<string, DocumentedResponse> }>
  > = document.paths;
  const response = resolved(methods[path]?.[method.toLowerCase()]?.responses[status]);
  if (!response) throw new Error(`${operation} answers ${status}, which is not in the document: ${body}`);
  const content = response.content?.[type];
  if (!content) throw new Error(`${operation} answers ${status} as ${type}, which is not in the document.`);
  const validate = ajv.compile(rebased(content.schema));
  const isValid: boolean = validate(parsed);
  if (!isValid) throw new Error(`${operation} ${status}: ${ajv.errorsText(validate.errors)}`);
  const codes = [...(response['x-codes'] ?? []), ...reason.properties.code.enum];
  if (status >= 400 && !codes.includes(parsed.code))
    throw new Error(`${operation} ${status}: the code ${parsed.code} is not in the document.`);
  return parsed;
}

function resolved(response: DocumentedResponse | undefined): DocumentedResponse | undefined {
  const name = response?.$ref?.split('/').at(-1) ?? '';
  const shared: Record<string, DocumentedResponse> = document.components.responses;
  return shared[name] ?? response;
}

/** References within the document, as seen from outside it. */
const rebased = (schema: object): object =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"openapi.json#/'));
