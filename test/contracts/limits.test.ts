import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Contracts, ContractViolation, parseContract } from '../../contracts/validate.ts';

const folder = path.resolve(import.meta.dirname, '../../contracts');
const read = (...names: string[]) => JSON.parse(readFileSync(path.join(folder, ...names), 'utf8'));
const schemas = readdirSync(folder).filter((name) => name.endsWith('.schema.json'));

type Schema = Record<string, unknown>;

/** What is written by our own functions alone, and counts things that are bounded elsewhere: rows, bytes, milliseconds. */
const OUR_OWN_COUNTS =
  /^(change-matrix|chunk|comparison|comparison-figures|error-count|job|job-event|job-state|job-summary|jobs-comparison|jobs-comparison-figures|located-row-error|difference|histograms|unavailable|row-error|score|sketch|sketch-bins|statistics|usage)\//;

/** A pattern bounds a text where nothing in it repeats without end; what it only looks ahead for does not count. */
const isBounding = (pattern: string) => /^\^.*\$$/.test(pattern) && !/[*+]/.test(withoutLookahead(pattern));
const withoutLookahead = (pattern: string) => pattern.replace(/\(\?![^)]*\)/g, '');

function* unbounded(schema: Schema, place: string): Generator<string> {
  const types = [schema.type].flat();
  const has = (...keywords: string[]) => keywords.some((keyword) => keyword in schema);
  const pattern = typeof schema.pattern === 'string' && isBounding(schema.pattern);
  if (types.includes('string') && !has('maxLength', 'enum', 'const', 'format') && !pattern) yield place;
  if (types.includes('array') && !has('maxItems')) yield place;
  if (types.includes('integer') && !has('maximum') && !OUR_OWN_COUNTS.test(place)) yield place;
  if (types.includes('object') && has('additionalProperties') && !has('maxProperties')) yield place;
  if (types.includes('object') && has('additionalProperties') && !has('propertyNames')) yield place;
  for (const [name, part] of partsOf(schema)) yield* unbounded(part, `${place}/${name}`);
}

function partsOf(schema: Schema): [string, Schema][] {
  const { properties = {}, items, additionalProperties, propertyNames, oneOf = [] } = schema;
  const named = propertyNames && { type: 'string', ...(propertyNames as Schema) };
  const parts: [string, unknown][] = [
    ...Object.entries(properties as object),
    ...Object.entries(oneOf as object),
    ['[]', items],
    ['{}', additionalProperties],
    ['{name}', named],
  ];
  return parts.filter((part): part is [string, Schema] => typeof part[1] === 'object');
}

it.each(schemas)('%s bounds every text, list, map and number', (file) => {
  const name = path.basename(file, '.schema.json');
  expect([...unbounded(read(file), name)]).toEqual([]);
});

it('a schema without a limit is found', () => {
  const properties = {
    a: { type: 'string', pattern: '^a+$' },
    b: { type: ['array', 'null'], items: { type: 'string' } },
  };
  expect([...unbounded({ type: 'object', properties }, 'x')]).toEqual(['x/a', 'x/b', 'x/b/[]']);
});

/** More than any text or list may have: see staged-index for the longest of both. */
const LONG_TEXT = 'x'.repeat(4_194_305);
const LONG_LIST = 100_022;

/** Fields of the examples that no schema knows. They pass, and nobody reads them. */
const OF_A_LATER_RELEASE = ['/colour', '/by'];

interface Example {
  description: string;
  data: unknown;
  valid: boolean;
}

/** The same value with one part of it, and that alone, grown beyond every limit. */
function* grown(value: unknown): Generator<{ place: string; value: unknown }> {
  if (typeof value === 'string') yield { place: '', value: LONG_TEXT };
  if (Array.isArray(value) && value.length > 0)
    yield { place: '', value: Array.from({ length: LONG_LIST }, () => value[0]) };
  if (typeof value !== 'object' || value === null) return;
  for (const [name, part] of Object.entries(value))
    for (const { place, value: larger } of grown(part)) {
      const whole = Array.isArray(value) ? value.with(Number(name), larger) : { ...value, [name]: larger };
      yield { place: `/${name}${place}`, value: whole };
    }
}

const exampleFiles = schemas
  .map((file) => file.replace('.schema.json', '.json'))
  .filter((file) => existsSync(path.join(folder, 'examples', file)));

describe.each(exampleFiles)('%s', (file) => {
  const name = path.basename(file, '.json') as keyof Contracts;
  const examples = (read('examples', file) as Example[]).filter(({ valid }) => valid);

  it('has no part that may grow without end', () => {
    const accepted = examples.flatMap(({ data }) =>
      [...grown(data)].filter(({ value }) => isAccepted(name, value)).map(({ place }) => place),
    );
    expect(accepted.filter((place) => !OF_A_LATER_RELEASE.includes(place))).toEqual([]);
  });
});

function isAccepted(name: keyof Contracts, value: unknown): boolean {
  try {
    parseContract(name, value);
    return true;
  } catch (error) {
    if (error instanceof ContractViolation) return false;
    throw error;
  }
}
