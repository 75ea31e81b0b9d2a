#!/usr/bin/env node
// Generates the types of both languages from contracts/*.schema.json. With --check: fails on drift instead of writing.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compile } from 'json-schema-to-typescript';

const root = path.resolve(import.meta.dirname, '..');
const contracts = path.join(root, 'contracts');
const pythonPackage = path.join(root, 'python-predictor/src/dropscore_predictor/contracts');
const python = process.env.DROPSCORE_PYTHON ?? path.join(root, '.venv/bin/python');

const schemaFiles = readdirSync(contracts)
  .filter((name) => name.endsWith('.schema.json'))
  .sort();
const schemas = schemaFiles.map((name) => JSON.parse(readFileSync(path.join(contracts, name), 'utf8')));
const titles = new Map(schemas.map(({ title }, i) => [schemaFiles[i].replace('.schema.json', ''), title]));

/** Every contract as a definition of one schema: shared parts become one type, not a copy per contract. */
function bundled() {
  const inner = (value) =>
    JSON.parse(
      JSON.stringify(value).replace(/"\$ref":"([a-z-]+)\.schema\.json"/g, '"$ref":"#/definitions/$1"'),
    );
  const definitions = {};
  for (const [i, { $id, $schema, ...rest }] of schemas.entries()) {
    definitions[schemaFiles[i].replace('.schema.json', '')] = inner(rest);
  }
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Contracts',
    type: 'object',
    definitions,
  };
}

const banner = 'Generated from contracts/*.schema.json by `npm run contracts`. Do not edit.';

const typescriptOptions = {
  bannerComment: `// ${banner}`,
  additionalProperties: false,
  unreachableDefinitions: true,
  ignoreMinAndMaxItems: true,
  style: { singleQuote: true, printWidth: 110 },
};

const typescriptTypes = () => compile(bundled(), 'Contracts', typescriptOptions);

/** The HTTP API's bodies. What it shares with the other contracts are their types. */
async function apiTypes() {
  const { components } = JSON.parse(readFileSync(path.join(contracts, 'openapi.json'), 'utf8'));
  const named = JSON.stringify(components.schemas)
    .replace(/"#\/components\/schemas\//g, '"#/definitions/')
    .replace(/"\$ref":"([a-z-]+)\.schema\.json"/g, (_, name) => `"tsType":"contracts.${titles.get(name)}"`);
  const definitions = JSON.parse(named);
  for (const [name, definition] of Object.entries(definitions)) definition.title = name;
  return compile({ title: 'Api', type: 'object', definitions }, 'Api', {
    ...typescriptOptions,
    bannerComment: `// Generated from contracts/openapi.json by \`npm run contracts\`. Do not edit.\nimport type * as contracts from './types.ts';`,
  });
}

function pythonTypes() {
  const folder = mkdtempSync(path.join(tmpdir(), 'contracts-'));
  const input = path.join(folder, 'contracts.json');
  const output = path.join(folder, 'types.py');
  const schema = bundled();
  schema.properties = Object.fromEntries(
    Object.keys(schema.definitions).map((name) => [name, { $ref: `#/definitions/${name}` }]),
  );
  writeFileSync(input, JSON.stringify(schema));
  execFileSync(python, [
    '-m',
    'datamodel_code_generator',
    '--input',
    input,
    '--input-file-type',
    'jsonschema',
    '--output',
    output,
    '--output-model-type',
    'typing.TypedDict',
    '--target-python-version',
    '3.11',
    '--use-title-as-name',
    '--disable-timestamp',
    '--use-standard-collections',
    '--use-union-operator',
    '--enum-field-as-literal',
    'all',
    '--formatters',
    'builtin',
    '--custom-file-header',
    `# ${banner}`,
  ]);
  const text = readFileSync(output, 'utf8');
  rmSync(folder, { recursive: true });
  return text;
}

const generated = new Map([
  [path.join(contracts, 'generated/types.ts'), await typescriptTypes()],
  [path.join(contracts, 'generated/api.ts'), await apiTypes()],
  [path.join(pythonPackage, 'types.py'), pythonTypes()],
  ...schemaFiles.map((name) => [
    path.join(pythonPackage, 'schemas', name),
    readFileSync(path.join(contracts, name), 'utf8'),
  ]),
]);

const drifted = [...generated].filter(
  ([file, text]) => !existsSync(file) || readFileSync(file, 'utf8') !== text,
);
if (process.argv.includes('--check')) {
  for (const [file] of drifted)
    console.error(`${path.relative(root, file)} is not what the schemas generate: run npm run contracts`);
  process.exit(drifted.length === 0 ? 0 : 1);
}
for (const [file, text] of drifted) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`wrote ${path.relative(root, file)}`);
}
