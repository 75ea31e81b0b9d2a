import { existsSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../../infra/package-root.ts';
import type { LocalStack, OnStep } from '../../local/local-stack.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { duration, moment } from '../render/quantities.ts';
import { action, type Context, type Shell } from '../shell.ts';
import { localTargetLine } from '../target.ts';

const NOT_RUNNING = 'local stack (not running)';

const OUTCOMES = {
  unchanged: 'runs already, and nothing has changed',
  updated: 'is brought up to date; its data is kept',
  started: 'is up',
  restarted: 'is up again, empty',
} as const;

export const localUpCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('up')
      .description('start the local stack, or bring the running one up to date')
      .option('--fresh', 'start from nothing, whatever runs')
      .action(action(shell, up)),
    {
      examples: ['dropscore local up', 'dropscore local up --fresh'],
      remarks: [
        'Deploys the same template as on AWS, on an embedded AWS host on this machine, and publishes the sample models on a new one. Prints the address of its HTTP API, and a key for it.',
      ],
    },
  );

export const localDownCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('down')
      .description('stop the local stack; what is in it is gone')
      .action(action(shell, down)),
    { examples: ['dropscore local down'] },
  );

export const localStatusCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('status').description('tell whether the local stack runs').action(action(shell, status)),
    {
      examples: ['dropscore local status', 'dropscore local status || dropscore local up'],
      remarks: ['Exits 1 where none runs.'],
    },
  );

async function up(context: Context, { fresh = false }: { fresh?: boolean }): Promise<number> {
  const localStack = await import('../../local/local-stack.ts');
  const current = localStack.status();
  context.target(current.running ? localTargetLine(current.stack.endpoint) : NOT_RUNNING);
  const { stack, outcome } = await localStack.up({ fresh, onStep: stepTeller(context) });
  if (outcome === 'started' || outcome === 'restarted') await publishSamples(context, stack);
  const { terminal, json } = context;
  await terminal.data(
    json
      ? `${JSON.stringify({ outcome, ...facts(stack) }, undefined, 2)}\n`
      : `The local stack ${OUTCOMES[outcome]}: ${stack.endpoint}\n${apiLines(stack)}`,
  );
  return EXIT.done;
}

/** A stack that has just begun has no models; those that `npm run setup` trained make it useful. */
async function publishSamples({ note }: Context, stack: LocalStack): Promise<void> {
  const folder = path.join(packageRoot, '.dropscore/sample-data/models');
  if (!existsSync(folder)) return;
  const { publishModels } = await import('../../local/publish-models.ts');
  const names = await publishModels(stack, folder);
  if (names.length > 0) note(`Published the sample models: ${names.join(', ')}`);
}

async function down(context: Context): Promise<number> {
  const localStack = await import('../../local/local-stack.ts');
  const current = localStack.status();
  context.target(current.running ? localTargetLine(current.stack.endpoint) : NOT_RUNNING);
  const stopped = await localStack.down({ onStep: stepTeller(context) });
  const { terminal, json } = context;
  await terminal.data(
    json
      ? `${JSON.stringify({ stopped })}\n`
      : `${stopped ? 'The local stack is stopped.' : 'No local stack was running.'}\n`,
  );
  return EXIT.done;
}

async function status({ target, terminal, json }: Context): Promise<number> {
  const { status: localStatus } = await import('../../local/local-stack.ts');
  const current = localStatus();
  const { running, log } = current;
  target(current.running ? localTargetLine(current.stack.endpoint) : NOT_RUNNING);
  if (json) {
    const stack = current.running ? facts(current.stack) : {};
    await terminal.data(`${JSON.stringify({ running, log, ...stack }, undefined, 2)}\n`);
  } else
    await terminal.data(
      current.running
        ? `running at ${current.stack.endpoint} since ${moment(current.stack.startedAt)}\n${apiLines(current.stack)}log: ${log}\n`
        : 'not running; start it with: dropscore local up\n',
    );
  return running ? EXIT.done : EXIT.failed;
}

const facts = ({ endpoint, stack, pid, startedAt, api }: LocalStack) => ({
  endpoint,
  stack,
  pid,
  startedAt,
  ...(api && { apiUrl: api.url, apiKey: api.key }),
});

const apiLines = ({ api }: LocalStack): string =>
  api ? `HTTP API: ${api.url}, x-api-key: ${api.key}\n` : '';

function stepTeller({ terminal, json, note }: Context): OnStep {
  return ({ what, ms, note: remark }) => {
    if (remark !== undefined) note(`${what}: ${remark}`);
    else if (ms !== undefined) note(`${what}: ${duration(ms)}`);
    else if (terminal.live && !json) terminal.redraw(`${what} …`);
  };
}
