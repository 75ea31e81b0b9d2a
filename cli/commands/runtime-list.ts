import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { loadSettings } from '../../infra/load-settings.ts';
import { factsOf, localEnvironment } from '../../infra/runtime.ts';
import type { RuntimeSettings } from '../../infra/settings.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { table } from '../render/table.ts';
import { action, type Context, type Shell } from '../shell.ts';

export const runtimeListCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('list').description('list the runtimes of the settings').action(action(shell, list)),
    {
      examples: ['dropscore runtime list', 'dropscore runtime list --json'],
      remarks: [
        'Reads dropscore.settings.json of this directory. LOCAL tells where the runtime runs on this machine: in the environment of the project, in one of its own, or in one that `local up` is still to install.',
      ],
    },
  );

interface ListedRuntime {
  name: string;
  python: string;
  packaging: RuntimeSettings['packaging'];
  memoryMiB: number;
  libraries: Record<string, string>;
  local: 'project' | 'installed' | 'to install';
}

async function list({ terminal, json }: Context): Promise<number> {
  const runtimes = Object.entries(loadSettings().runtimes).map(([name, runtime]) => describe(name, runtime));
  await terminal.data(
    `${json ? JSON.stringify(runtimes, undefined, 2) : runtimeTable(runtimes, terminal.dataColumns)}\n`,
  );
  return EXIT.done;
}

function describe(name: string, runtime: RuntimeSettings): ListedRuntime {
  const { packaging, memoryMiB } = runtime;
  const environment = localEnvironment(name, runtime);
  const installed = environment && existsSync(environment.python) ? 'installed' : 'to install';
  return {
    name,
    ...factsOf(name, runtime),
    packaging,
    memoryMiB,
    local: environment ? installed : 'project',
  };
}

function runtimeTable(runtimes: readonly ListedRuntime[], width?: number): string {
  return table(
    [
      { title: 'RUNTIME' },
      { title: 'PYTHON' },
      { title: 'PACKAGING' },
      { title: 'MIB', align: 'right' },
      { title: 'LOCAL' },
      { title: 'LIBRARIES', shrinks: true },
    ],
    runtimes.map(({ name, python, packaging, memoryMiB, local, libraries }) => [
      name,
      python,
      packaging,
      String(memoryMiB),
      local,
      Object.entries(libraries)
        .map((pin) => pin.join(' '))
        .join(', '),
    ]),
    width,
  );
}
