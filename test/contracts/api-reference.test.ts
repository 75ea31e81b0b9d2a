import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import document from '../../contracts/openapi.json' with { type: 'json' };
import reason from '../../contracts/reason.schema.json' with { type: 'json' };
import { apiReference } from './api-reference.ts';

const DOCS = path.resolve('docs/api.md');
const MARK =
  '<!-- All below is made from contracts/openapi.json: npx vitest run test/contracts/api-reference.test.ts -u -->';

test('docs/api.md ends with the reference of the API as the document has it', async () => {
  const [written = ''] = readFileSync(DOCS, 'utf8').split(MARK);
  await expect(`${written}${MARK}\n\n${apiReference()}`).toMatchFileSnapshot(DOCS);
});

test('every code that a refusal gives stands in the document', () => {
  const folder = 'functions/api';
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(path.join(folder, file), 'utf8'));
  const given = [...sources, readFileSync('infra/gateway-problems.ts', 'utf8')].flatMap((source) =>
    [...source.matchAll(/(?:Refusal\(\s*\d{3},\s*|unavailable\(|code: )'(\w+)'/g)].map(([, code]) => code),
  );
  const codes = Object.values(document.components.responses).flatMap((response) => response['x-codes']);
  const known = new Set([
    ...codes,
    ...reason.properties.code.enum,
    'foreign_bucket',
    'no_such_method',
    'invalid',
  ]);
  expect(given.length).toBeGreaterThan(15);
  expect(given.filter((code) => !known.has(code ?? ''))).toEqual([]);
});
