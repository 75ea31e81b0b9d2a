import { rmSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { writeImageContext } from '../../infra/image-context.ts';
import { loadSettings } from '../../infra/load-settings.ts';
import { packageRoot } from '../../infra/package-root.ts';
import { buildLayer, describeLayer } from '../../infra/python-layer/build-layer.ts';
import { lockOf } from '../../infra/runtime.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { wrongUsage } from '../failure.ts';
import { action, type Context, type Shell } from '../shell.ts';

export const runtimeBuildCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('build')
      .description('build what a deployment would put a runtime into')
      .argument('<name>', 'a runtime of the settings')
      .option('-o, --output <folder>', 'where to build it; .dropscore/builds/<name> otherwise')
      .action(action(shell, build)),
    {
      examples: ['dropscore runtime build classic', 'dropscore runtime build classic -o layer'],
      remarks: [
        'A layer is installed, trimmed, compiled and tried, and its size told by package. Of an image, the Dockerfile and what it builds from are written: `docker build <folder>` makes it.',
      ],
    },
  );

async function build(
  { terminal, json }: Context,
  name: string,
  options: { output?: string },
): Promise<number> {
  const { runtimes, architecture } = loadSettings();
  const runtime = runtimes[name];
  if (!runtime)
    throw wrongUsage(`The settings have no runtime ${name}; there are ${Object.keys(runtimes).join(', ')}.`);
  const folder = path.resolve(options.output ?? path.join('.dropscore/builds', name));
  const { pythonVersion, packaging } = runtime;
  const requirements = lockOf(name, runtime);
  rmSync(options.output ? path.join(folder, 'python') : folder, { recursive: true, force: true });
  if (packaging === 'image') {
    writeImageContext(folder, { lock: requirements, pythonVersion, predictor: PREDICTOR_SOURCES });
    await terminal.data(
      json ? asJson({ name, packaging, folder }) : `The image of ${name} is built from ${folder}\n`,
    );
    return EXIT.done;
  }
  const layer = buildLayer({ requirements, pythonVersion, architecture }, folder);
  const { packages, ...rest } = layer;
  await terminal.data(
    json
      ? asJson({ name, packaging, folder, ...rest, packages: Object.fromEntries(packages) })
      : `${describeLayer(name, layer)}\nThe layer lies in ${folder}\n`,
  );
  return EXIT.done;
}

const PREDICTOR_SOURCES = path.join(packageRoot, 'python-predictor/src');

const asJson = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
