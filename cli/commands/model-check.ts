import { Command } from 'commander';
import { type ModelReference, parseModel } from '../arguments.ts';
import { requireCheck } from '../check-model.ts';
import { withGuidance } from '../examples.ts';
import { EXIT } from '../exit-code.ts';
import { settleVersion } from '../find-model.ts';
import { counted, duration } from '../render/quantities.ts';
import { action, type Context, type Shell } from '../shell.ts';

export const modelCheckCommand = (shell: Shell): Command =>
  withGuidance(
    new Command('check')
      .description('score a version’s golden rows in the function that serves it')
      .argument('<model>', 'a model, or one version of it: churn, churn@3', parseModel)
      .action(action(shell, check)),
    {
      examples: ['dropscore model check churn', 'dropscore model check churn@3 --json'],
      remarks: [
        'Loads the version as for a job: sha256, versions of libraries, trust, golden rows. Exits 1, with the reason, where a job with this version would fail.',
      ],
    },
  );

async function check(context: Context, reference: ModelReference): Promise<number> {
  const { terminal, json } = context;
  const connection = await context.connect();
  const { name } = reference;
  const version = await settleVersion(await connection.models(), reference);
  const { runtime, goldenRows = 0, ms } = await requireCheck(connection, name, version);
  await terminal.data(
    json
      ? `${JSON.stringify({ model: name, version, ok: true, runtime, goldenRows, ms }, undefined, 2)}\n`
      : `${name}@${version} is served by runtime ${runtime}: ${goldenWords(goldenRows)}${ms === undefined ? '' : `, in ${duration(ms)}`}\n`,
  );
  return EXIT.done;
}

const goldenWords = (rows: number) =>
  rows === 0
    ? 'it loads; it has no golden rows to compare'
    : `${counted(rows, 'golden row')} scored as published`;
