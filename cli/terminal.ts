import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { harmless } from './render/printable.ts';

/**
 * Data goes to stdout, everything said about it to stderr: a pipe or a file receives data only. What is shown may stem from
 * anybody's file, so nothing in it reaches a terminal as a command.
 */
export interface Terminal {
  /** Waits while the reader is slow, so that a stream of any length stays small in memory. */
  data(text: string): Promise<void>;
  note(line: string): void;
  /** Replaces the live line; `undefined` takes it away. Only where `live`. */
  redraw(line: string | undefined): void;
  /** Stderr is a terminal that can redraw a line. */
  readonly live: boolean;
  readonly columns: number;
  /** Width for tables on stdout, unlimited where stdout is no terminal. */
  readonly dataColumns: number | undefined;
  readonly colour: boolean;
}

interface Streams {
  stdout: Writable & { isTTY?: boolean; columns?: number };
  stderr: Writable & { isTTY?: boolean; columns?: number };
  env: NodeJS.ProcessEnv;
}

const CLEAR_LINE = '\r\u001b[2K';

/** @see https://no-color.org for NO_COLOR. */
export function terminalOf({ stdout, stderr, env }: Streams): Terminal {
  const live = stderr.isTTY === true && env.TERM !== 'dumb';
  let drawn = false;
  const clear = () => {
    if (drawn) stderr.write(CLEAR_LINE);
    drawn = false;
  };
  return {
    live,
    colour: live && !env.NO_COLOR,
    get columns() {
      return stderr.columns ?? 80;
    },
    get dataColumns() {
      return stdout.isTTY ? (stdout.columns ?? 80) : undefined;
    },
    async data(text) {
      clear();
      // What goes to a file or a program stays as it is.
      const shown = stdout.isTTY ? harmless(text) : text;
      if (!stdout.write(shown)) await once(stdout, 'drain');
    },
    note(line) {
      clear();
      stderr.write(`${harmless(line)}\n`);
    },
    redraw(line) {
      clear();
      if (line === undefined) return;
      stderr.write(line);
      drawn = true;
    },
  };
}
