import { z } from 'zod';
import prices from '../../bench/prices.json' with { type: 'json' };
import { parseSettings } from '../../infra/load-settings.ts';
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

500 units a second is what one write thread reaches where a batch of 25 items takes 50 ms. With
\`output: files\` no items are written, and 50 predictors may run. \`runtimes.<name>.maximumConcurrency\` sets it by hand, as long as each chunk can be written within
its predictor's time at the share of \`writeUnitsPerSecond\` that is left for it. What to set for how many rows a day is in [scaling](scaling.md); what the
defaults were measured with in [performance](performance.md#settings).
`;

const { memoryMiB = 0 } = parseSettings({}).runtimes.classic ?? {};
const GIB = memoryMiB / 1024;
const MONTH_SECONDS = 30 * 24 * 3600;
const dollars = (amount: number): string => `$${amount.toPrecision(2)}`;

const STARTS = `
## What a quick first prediction costs

A predictor that has not run for some minutes starts anew, and imports its libraries first ([runtimes](runtimes.md)). Both settings below
\`runtimes.<name>.http\` publish a version of the function, and an alias \`http\` that the HTTP API asks; chunks go on to the function itself.
Without them neither exists, and nothing is charged while nobody asks.

| | charged | with ${memoryMiB.toLocaleString('en-US')} MiB |
|---|---|---|
| \`snapStart\` | for the snapshot, by memory and second while the version is there (three hours at least), and by memory for each start from it | ${dollars(GIB * MONTH_SECONDS * prices.dollars.snapshotGbSecond)} a month, and ${dollars(GIB * prices.dollars.snapshotRestoredGb)} a start |
| \`provisionedConcurrency\` | by memory and second for each instance, asked or not; what it computes then costs less | ${dollars(GIB * MONTH_SECONDS * prices.dollars.provisionedGbSecond)} a month for each instance |

In dollars for ${prices.region}, x86, as of ${prices.asOf} (\`bench/prices.json\`); see [AWS's page](https://aws.amazon.com/lambda/pricing/) for today's. A deployment that changes
the function replaces version and snapshot. SnapStart excludes provisioned concurrency, images, more than 512 MiB of \`/tmp\` and Python 3.11.
`;

/** docs/settings.md as the schema has it. */
export function settingsPage(): string {
  const rows = settingsOf(z.toJSONSchema(settingsSchema, { io: 'input' }) as Node);
  return INTRODUCTION + rows.map((cells) => `| ${cells.join(' | ')} |\n`).join('') + CONCURRENCY + STARTS;
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
  if (type === 'array') return 'list of texts';
  return type === 'object' ? '' : 'text';
}

const written = (value: unknown): string =>
  typeof value === 'number'
    ? value.toLocaleString('en-US')
    : Array.isArray(value)
      ? JSON.stringify(value)
      : String(value);
