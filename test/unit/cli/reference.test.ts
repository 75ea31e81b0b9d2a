import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { guidanceOf } from '../../../cli/examples.ts';
import { buildProgram } from '../../../cli/program.ts';
import { leaves, reference } from '../../../cli/reference.ts';
import type { Shell } from '../../../cli/shell.ts';

const DOCS = path.resolve(import.meta.dirname, '../../../docs/cli.md');
const MARK =
  '<!-- All below is made from the help of the commands: npx vitest run test/unit/cli/reference.test.ts -u -->';
const program = () => buildProgram({} as Shell, '0.0.0');
const commands = leaves(program()).map((command) => [pathOf(command), command] as const);

test('docs/cli.md ends with the reference of the commands as they are', async () => {
  const [written = ''] = readFileSync(DOCS, 'utf8').split(MARK);
  await expect(`${written}${MARK}\n\n${reference(program())}`).toMatchFileSnapshot(DOCS);
});

test.each(commands)('%s describes itself, its arguments and its options', (_name, command) => {
  const described = [command, ...command.options].map(({ description }) =>
    typeof description === 'function' ? command.description() : description,
  );
  const argumentsDescribed = command.registeredArguments.map(({ description }) => description);
  expect([...described, ...argumentsDescribed]).not.toContain('');
});

test.each(commands)('%s has examples that name it and use only options that it has', (name, command) => {
  const { examples } = guidanceOf(command);
  expect(examples.length).toBeGreaterThan(0);
  const known = new Set(
    [...command.options, ...program().options].flatMap(({ short, long }) => [short, long]),
  );
  for (const example of examples) {
    const [own = ''] = example.split(/[|)]/);
    expect(own.replace(/ --stack \w+/, '')).toContain(name);
    const used = own.match(/(?<= )--?[a-z][\w-]*/g) ?? [];
    expect(used.filter((option) => !known.has(option))).toEqual([]);
  }
});

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
