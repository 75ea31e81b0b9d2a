import type { Command } from 'commander';
import type { Connection } from './connection.ts';
import type { Terminal } from './terminal.ts';

/** Options that every command takes. */
interface GlobalOptions {
  stack?: string;
  json?: boolean;
}

/** What a command works with; tests hand in their own. */
export interface Shell {
  terminal: Terminal;
  clock: Clock;
  /** Resolves the target and finds its resources. */
  connect(options: GlobalOptions): Promise<Connection>;
  /** Set by the command that ran. */
  exitCode: number;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

export interface Context {
  json: boolean;
  terminal: Terminal;
  clock: Clock;
  /** Prints the target before anything else. */
  connect(): Promise<Connection>;
  target(line: string): void;
  /** Something said about the data: a line on stderr, an object where --json is given. */
  note(text: string): void;
}

/** A commander action from a function that answers an exit code. */
export function action<Args extends unknown[]>(
  shell: Shell,
  work: (context: Context, ...args: Args) => Promise<number>,
): (...given: unknown[]) => Promise<void> {
  return async (...given) => {
    const command = given.at(-1) as Command;
    const args = given.slice(0, -1) as Args;
    shell.exitCode = await work(contextOf(shell, command.optsWithGlobals()), ...args);
  };
}

function contextOf(shell: Shell, options: GlobalOptions): Context {
  const { terminal, clock } = shell;
  const json = options.json === true;
  const say = (kind: string, text: string) => terminal.note(json ? JSON.stringify({ [kind]: text }) : text);
  return {
    json,
    terminal,
    clock,
    note: (text) => say('note', text),
    target: (line) => say('target', line),
    async connect() {
      const connection = await shell.connect(options);
      say('target', connection.targetLine);
      return connection;
    },
  };
}
