import type { Command } from 'commander';
import { guidanceOf } from './examples.ts';

const WIDTH = 100;

/** The reference of all commands in Markdown, made of the same help that the commands print. */
export function reference(program: Command): string {
  return [program, ...leaves(program)].map(section).join('\n');
}

/** The commands that do something, in the order of the help. */
export function leaves(command: Command): Command[] {
  return command.commands.flatMap((child) => (child.commands.length > 0 ? leaves(child) : [child]));
}

function section(command: Command): string {
  const { examples, remarks } = guidanceOf(command);
  const help = command
    .configureOutput({ getOutHelpWidth: () => WIDTH })
    .configureHelp({ showGlobalOptions: false })
    .helpInformation();
  return [
    `## ${pathOf(command)}`,
    ...remarks,
    fenced('', help.trimEnd()),
    fenced('sh', examples.join('\n')),
    '',
  ].join('\n\n');
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

const fenced = (language: string, text: string) => `\`\`\`${language}\n${text}\n\`\`\``;
