import type { Command } from 'commander';

/** As wide as commander's own help where stdout is no terminal. */
const HELP_WIDTH = 80;

const kept = new WeakMap<Command, Guidance>();

interface Guidance {
  examples: readonly string[];
  remarks: readonly string[];
}

/**
 * Gives a command what its help ends with: what is good to know, and examples. The reference in docs/ has them
 * too.
 */
export function withGuidance(
  command: Command,
  { examples, remarks = [] }: { examples: readonly string[]; remarks?: readonly string[] },
): Command {
  kept.set(command, { examples, remarks });
  const help = command.createHelp();
  const paragraphs = remarks.map((remark) => `\n${help.boxWrap(remark, HELP_WIDTH)}\n`).join('');
  const lines = examples.map((example) => `  ${example}`).join('\n');
  return command.addHelpText('after', `${paragraphs}\nExamples:\n${lines}`);
}

export const guidanceOf = (command: Command): Guidance => kept.get(command) ?? { examples: [], remarks: [] };
