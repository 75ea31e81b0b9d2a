import { Command } from 'commander';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import type { ModelCatalog } from '../model-catalog.ts';
import { table } from '../render/table.ts';
import { action, type Context, type Shell } from '../shell.ts';

export const modelListCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('list').description('list models and their current versions').action(action(shell, list)),
    { examples: ['dropscore model list', 'dropscore model list --json'] },
  );

interface ListedModel {
  name: string;
  /** Absent where a folder has no `current.json`: nothing is scored with it yet. */
  version?: number;
  /** The version that is tried beside it. */
  shadow?: number;
  runtime?: string;
  kind?: string;
  publishedAt?: string;
  versions: number;
}

async function list(context: Context): Promise<number> {
  const { terminal, json } = context;
  const catalog = await (await context.connect()).models();
  const models = await Promise.all((await catalog.names()).map((name) => describe(catalog, name)));
  if (json) await terminal.data(`${JSON.stringify(models, undefined, 2)}\n`);
  else if (models.length === 0) context.note('no models');
  else await terminal.data(`${modelTable(models, terminal.dataColumns)}\n`);
  return EXIT.done;
}

async function describe(catalog: ModelCatalog, name: string): Promise<ListedModel> {
  const [version, versions, read] = await Promise.all([
    catalog.currentVersion(name),
    catalog.versions(name),
    catalog.shadow(name),
  ]);
  const shadow = read?.pointer.version;
  const manifest = version === undefined ? undefined : await catalog.manifest(name, version);
  return {
    name,
    ...(version !== undefined && { version }),
    ...(shadow !== undefined && shadow !== version && { shadow }),
    ...(manifest && {
      runtime: manifest.runtime,
      kind: manifest.output.kind,
      publishedAt: manifest.publishedAt,
    }),
    versions: versions.length,
  };
}

function modelTable(models: readonly ListedModel[], width?: number): string {
  return table(
    [
      { title: 'MODEL' },
      { title: 'CURRENT', align: 'right' },
      { title: 'SHADOW', align: 'right' },
      { title: 'VERSIONS', align: 'right' },
      { title: 'RUNTIME' },
      { title: 'KIND' },
      { title: 'PUBLISHED' },
    ],
    models.map(({ name, version, shadow, versions, runtime, kind, publishedAt }) => [
      name,
      version === undefined ? 'none' : String(version),
      shadow === undefined ? '' : String(shadow),
      String(versions),
      runtime ?? '',
      kind ?? '',
      publishedAt ?? '',
    ]),
    width,
  );
}
