import document from '../../contracts/openapi.json' with { type: 'json' };

interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  description?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  examples?: unknown[];
}

interface Body {
  description?: string;
  content?: Record<string, { schema: Schema }>;
}

interface Operation {
  summary: string;
  description?: string;
  parameters?: { name: string; in: string; required?: boolean; description: string; schema: Schema }[];
  requestBody?: Body;
  responses: Record<string, Body & { $ref?: string }>;
}

const schemas: Record<string, Schema> = document.components.schemas;
const problems: Record<string, Body & { 'x-codes': string[] }> = document.components.responses;

/** The reference of the API in Markdown: each operation, each body, each problem. */
export function apiReference(): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) =>
      operationSection(`${method.toUpperCase()} ${path}`, operation),
    ),
  );
  const bodies = Object.entries(schemas).map(([name, schema]) => schemaSection(name, schema));
  return [...operations, '## Bodies', ...bodies, '## Problems', problemTable()].join('\n\n').concat('\n');
}

function operationSection(title: string, operation: Operation): string {
  const { summary, description, parameters = [], requestBody, responses } = operation;
  const refusals = Object.keys(responses).filter((status) => Number(status) >= 400);
  return [
    `## ${title}`,
    `${summary}.${description ? ` ${description}` : ''}`,
    ...(parameters.length > 0
      ? [
          table(
            ['parameter', 'in', '', ''],
            parameters.map((given) => [
              `\`${given.name}\``,
              given.in,
              [typeOf(given.schema), allowed(given.schema, given.required)].filter(Boolean).join('; '),
              given.description,
            ]),
          ),
        ]
      : []),
    ...(requestBody ? [`Takes ${bodyOf(requestBody)}.`, ...exampleOf(requestBody)] : []),
    Object.entries(responses)
      .filter(([status]) => !refusals.includes(status))
      .map(([status, response]) => `- \`${status}\`: ${bodyOf(response)}. ${response.description ?? ''}`)
      .concat(`- Problems: ${refusals.map((status) => `\`${status}\``).join(' ')}`)
      .join('\n'),
  ].join('\n\n');
}

function bodyOf({ content = {} }: Body): string {
  const kinds = Object.entries(content).map(([type, { schema }]) =>
    type === 'application/json' ? typeOf(schema) : `\`${type}\``,
  );
  return kinds.join(' or ');
}

function exampleOf({ content = {} }: Body): string[] {
  const { $ref = '' } = content['application/json']?.schema ?? {};
  const [example] = schemas[nameOf($ref)]?.examples ?? [];
  return example === undefined ? [] : [`\`\`\`json\n${JSON.stringify(example, undefined, 2)}\n\`\`\``];
}

function schemaSection(
  name: string,
  { description, properties = {}, required = [], ...rest }: Schema,
): string {
  const rows = Object.entries(properties).map(([field, schema]) => [
    `\`${field}\``,
    typeOf(schema),
    allowed(schema, required.includes(field)),
    schema.description ?? '',
  ]);
  const named = rest.additionalProperties;
  const others = typeof named === 'object' ? [`Each field: ${typeOf(named)}.`] : [];
  const fields = rows.length > 0 ? [table(['field', 'type', '', ''], rows)] : [];
  return [`### ${name}`, ...(description ? [description] : []), ...fields, ...others].join('\n\n');
}

function typeOf({ $ref, type, enum: values, const: value, items, additionalProperties }: Schema): string {
  if ($ref?.startsWith('#')) return `[${nameOf($ref)}](#${nameOf($ref).toLowerCase()})`;
  if ($ref) return `[${$ref.replace('.schema.json', '')}](../contracts/${$ref})`;
  if (items) return `list of ${typeOf(items)}`;
  if (typeof additionalProperties === 'object') return `map of ${typeOf(additionalProperties)}`;
  if (value !== undefined) return `\`${value}\``;
  if (values) return values.map((one) => `\`${one}\``).join(', ');
  return [type ?? []].flat().join(' or ');
}

function allowed(schema: Schema, isRequired = false): string {
  const { minimum, maximum, maxLength, maxItems, default: fallback } = schema;
  const bounds = minimum === undefined || maximum === undefined ? [] : [`${minimum} to ${maximum}`];
  return [
    ...(isRequired ? ['needed'] : []),
    ...bounds,
    ...(maxLength === undefined ? [] : [`up to ${maxLength} characters`]),
    ...(maxItems === undefined ? [] : [`up to ${maxItems}`]),
    ...(fallback === undefined ? [] : [`\`${fallback}\` where absent`]),
  ].join('; ');
}

const nameOf = (reference: string) => reference.split('/').at(-1) ?? '';

function problemTable(): string {
  const statuses = new Map<string, string>();
  for (const methods of Object.values(document.paths))
    for (const { responses } of Object.values(methods as Record<string, Operation>))
      for (const [status, { $ref }] of Object.entries(responses))
        if ($ref) statuses.set(nameOf($ref), status);
  const rows = [...statuses]
    .sort(([, a], [, b]) => Number(a) - Number(b))
    .map(([name, status]) => [
      status,
      problems[name]?.description ?? '',
      (problems[name]?.['x-codes'] ?? []).map((code) => `\`${code}\``).join(' '),
    ]);
  return table(['status', '', 'codes'], rows);
}

const table = (titles: readonly string[], rows: readonly (readonly string[])[]) =>
  [titles, titles.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
