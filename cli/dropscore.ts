import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, CommanderError } from 'commander';
import { packageRoot } from '../infra/package-root.ts';
import { isRunning } from '../local/host-process.ts';
import { readRecord } from '../local/local-record.ts';
import { openConnection } from './connection.ts';
import { EXIT } from './exit-code.ts';
import { explainError } from './explain-error.ts';
import { buildProgram } from './program.ts';
import { harmless } from './render/printable.ts';
import type { Shell } from './shell.ts';
import { resolveTarget } from './target.ts';
import { type Terminal, terminalOf } from './terminal.ts';

/**
 * Runs one command line.
 *
 * @param argv what follows `dropscore`.
 * @returns the exit code.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const terminal = terminalOf(process);
  const json = argv.includes('--json');
  endQuietlyOnClosedPipe();
  const shell: Shell = {
    terminal,
    clock: { now: Date.now, sleep },
    connect: ({ stack }) => openConnection(resolveTarget(stack, runningLocalStack())),
    exitCode: EXIT.done,
  };
  // What fails outside of every command, such as a write to a full disk, ends the process here.
  process.once('uncaughtException', (error) => process.exit(tell(error, terminal, json)));
  try {
    const program = buildProgram(shell, packageVersion());
    // Commander quotes what it was given, which may be the name of anybody's file.
    writeErrors(program, (text) => {
      if (!json) process.stderr.write(harmless(text));
    });
    await program.parseAsync(argv, { from: 'user' });
    return shell.exitCode;
  } catch (error) {
    return error instanceof CommanderError
      ? endOfParsing(error, terminal, json)
      : tell(error, terminal, json);
  }
}

/** Commander has printed help and errors itself, unless they are wanted as JSON. */
function endOfParsing(
  { code, message, exitCode }: CommanderError,
  terminal: Terminal,
  json: boolean,
): number {
  if (exitCode === 0) return EXIT.done;
  const text = code === 'commander.help' ? 'A command is missing.' : message.replace(/^error: /, '');
  if (json) terminal.note(JSON.stringify({ error: { code: 'usage', message: text } }));
  return EXIT.usage;
}

function tell(error: unknown, terminal: Terminal, json: boolean): number {
  const { code, message, remedy, exitCode } = explainError(error);
  if (json) terminal.note(JSON.stringify({ error: { code, message, ...(remedy && { remedy }) } }));
  else terminal.note(`dropscore: ${message}${remedy ? `\n  ${remedy}` : ''}`);
  if (process.env.DROPSCORE_DEBUG && error instanceof Error) terminal.note(String(error.stack));
  return exitCode;
}

function writeErrors(command: Command, writeErr: (text: string) => void): void {
  command.configureOutput({ writeErr });
  for (const child of command.commands) writeErrors(child, writeErr);
}

/** `dropscore scores JOB | head` has what it wants when head ends. */
function endQuietlyOnClosedPipe(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(EXIT.done);
    });
}

function runningLocalStack() {
  const record = readRecord(path.join(packageRoot, '.dropscore'));
  return record && isRunning(record) ? record : undefined;
}

function packageVersion(): string {
  return JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8')).version;
}
