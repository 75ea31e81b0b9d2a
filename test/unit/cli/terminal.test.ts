import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { terminalOf } from '../../../cli/terminal.ts';

/** Clears the screen, sets the title, turns text around, moves the cursor, in 7 and in 8 bits. */
const HOSTILE = 'a\u001b[2J\u001b]0;x\u0007\u009b1A\u202eb\rc\u007f';
const SHOWN = 'a\\u001b[2J\\u001b]0;x\\u0007\\u009b1A\\u202eb\\u000dc\\u007f';

function streams(isTTY: boolean) {
  const written = { stdout: '', stderr: '' };
  const into = (name: keyof typeof written) =>
    Object.assign(
      new Writable({
        write(text, _encoding, done) {
          written[name] += text;
          done();
        },
      }),
      { isTTY },
    );
  return { written, terminal: terminalOf({ stdout: into('stdout'), stderr: into('stderr'), env: {} }) };
}

test('what stems from files cannot give orders to a terminal', async () => {
  const { written, terminal } = streams(true);
  await terminal.data(`${HOSTILE}\t1\n`);
  terminal.note(HOSTILE);
  expect(written).toEqual({ stdout: `${SHOWN}\t1\n`, stderr: `${SHOWN}\n` });
});

test('JSON stays the same JSON', async () => {
  const { written, terminal } = streams(true);
  await terminal.data(JSON.stringify({ id: HOSTILE }));
  expect(JSON.parse(written.stdout)).toEqual({ id: HOSTILE });
});

test('files and programs get what there is', async () => {
  const { written, terminal } = streams(false);
  await terminal.data(HOSTILE);
  expect(written.stdout).toBe(HOSTILE);
});

test('notes are harmless in a log too', () => {
  const { written, terminal } = streams(false);
  terminal.note(HOSTILE);
  expect(written.stderr).toBe(`${SHOWN}\n`);
});
