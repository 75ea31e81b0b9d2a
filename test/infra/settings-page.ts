import { z } from 'zod';
import { settingsSchema } from '../../infra/settings.ts';

interface Node {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  properties?: Record<string, Node>;
  additionalProperties?: Node | boolean;
}

const INTRODUCTION = `# Settings

Every setting has a default, so none is needed. To change some, write them into \`dropscore.settings.json\` beside \`cdk.json\`, or
into the file that the environment variable \`DROPSCORE_SETTINGS\` names:

\`\`\`json
{ "writeUnitsPerSecond": 20000, "queues": { "maxReceives": 3 } }
\`\`\`

The construct takes the same object: \`new Dropscore(this, 'Scores', { settings: { … } })\`. Unknown names and values out of bounds
are refused before anything is synthesised, all of them at once.

This page is generated from \`infra/settings.ts\`; \`npx vitest run test/infra/settings-page -u\` renews it.

| setting | default | allowed | |
|---|---|---|---|
`;

const CONCURRENCY = `
## How many predictors run at once

A new on-demand table takes 4,000 write units a second, and grows with its load. Instead of running into throttling, the number of
chunks scored at the same time is derived:

\`\`\`
MaximumConcurrency = floor(writeUnitsPerSecond / (writeThreads × 500)), at least 2
\`\`\`

500 units a second is what one write thread reaches: one BatchWriteItem of 25 items in flight, about 50 ms a call. With
\`output: files\` no items are written, and 50 predictors may run. \`runtimes.<name>.maximumConcurrency\` sets it by hand.
`;

/** docs/settings.md as the schema has it. */
export function settingsPage(): string {
  const rows = settingsOf(z.toJSONSchema(settingsSchema, { io: 'input' }) as Node);
  return INTRODUCTION + rows.map((cells) => `| ${cells.join(' | ')} |\n`).join('') + CONCURRENCY;
}

/** Every setting, groups before their members. */
function settingsOf(node: Node, prefix = ''): string[][] {
  return Object.entries(node.properties ?? {}).flatMap(([name, setting]) => {
    const path = `${prefix}${name}`;
    const row = [`\`${path}\``, byDefault(setting), allowed(setting), setting.description ?? ''];
    const named = setting.additionalProperties;
    const members =
      typeof named === 'object' ? settingsOf(named, `${path}.<name>.`) : settingsOf(setting, `${path}.`);
    return [row, ...members];
  });
}

function byDefault({ type, default: value }: Node): string {
  if (type === 'object') return '';
  return value === undefined ? 'none' : `\`${written(value)}\``;
}

function allowed({ type, enum: values, minimum, maximum }: Node): string {
  if (values) return values.map((value) => `\`${value}\``).join(' ');
  if (minimum !== undefined) return `${written(minimum)} to ${written(maximum)}`;
  if (type === 'boolean') return '`true` `false`';
  return type === 'object' ? '' : 'text';
}

const written = (value: unknown): string =>
  typeof value === 'number' ? value.toLocaleString('en-US') : String(value);
