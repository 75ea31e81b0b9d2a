import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { explainError } from '../../../cli/explain-error.ts';
import type { Failure } from '../../../cli/failure.ts';
import { modelCatalog } from '../../../cli/model-catalog.ts';
import { promoted, rolledBack } from '../../../core/current-pointer.ts';
import { aManifest } from './manifest.ts';
import { runCommand, type World } from './run-command.ts';

describe('model show', () => {
  test('tells what a file needs, what comes out and what it was made with', async () => {
    const manifest = aManifest({
      libraries: { 'scikit-learn': '1.9.1' },
      features: [
        { name: 'radius', type: 'float' },
        { name: 'plan', type: 'category', categories: ['a', 'b'], nullable: false },
      ],
      output: {
        kind: 'binary',
        classes: [0, 1],
        labels: { 0: 'stays', 1: 'leaves' },
        positiveClass: 1,
        tiers: [{ name: 'high', from: 0.8 }],
      },
      golden: { rows: [[1, 'a']], outputs: [{ prediction: 'stays' }], tolerance: 1e-9 },
    });
    const { stdout } = await runCommand(['model', 'show', 'tumours@1'], { manifest });
    const line = (label: string) =>
      stdout
        .split('\n')
        .find((text) => text.startsWith(label))
        ?.slice(13);
    expect(line('model')).toBe('tumours version 1');
    expect(line('features')).toBe('2: radius (float), plan (category, 2 values, needed)');
    expect(line('output')).toBe('binary; classes stays, leaves; score: probability of leaves');
    expect(line('tiers')).toBe('high from 0.8');
    expect(line('golden rows')).toBe('1, to agree within 1e-9');
    expect(line('libraries')).toBe('scikit-learn 1.9.1, Python 3.11');
    expect(line('versions')).toBe('2 (current)');
  });

  test('without a version shows the current one', async () => {
    const { stdout } = await runCommand(['model', 'show', 'tumours', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ current: 2, versions: [1, 2], manifest: { version: 2 } });
  });

  test('refuses a name that does not exist, with the nearest, and a version, with those there are', async () => {
    const unknown = await runCommand(['model', 'show', 'tumour']);
    expect(unknown.stderr).toContain('There is no model named tumour. Did you mean tumours?');
    const version = await runCommand(['model', 'show', 'tumours@9']);
    expect(version.stderr).toContain('Model tumours has no version 9.\nIts versions are 1, 2.');
    expect([unknown.exitCode, version.exitCode]).toEqual([2, 2]);
  });
});

const REFUSED: World = {
  answer: {
    ok: false,
    runtime: 'classic',
    reason: { code: 'versions_differ', message: 'Made with scikit-learn 1.3.2; here 1.9.1.' },
  },
};

describe('model check', () => {
  test('tells the runtime and how many golden rows agree', async () => {
    const { stdout, exitCode } = await runCommand(['model', 'check', 'tumours']);
    expect(stdout).toBe(
      'tumours@2 is served by runtime classic: 8 golden rows scored as published, in 1.2 s\n',
    );
    expect(exitCode).toBe(0);
  });

  test('ends with 1 and the reason for which jobs would fail', async () => {
    const { stderr, exitCode } = await runCommand(['model', 'check', 'tumours@1'], { ...REFUSED });
    expect(stderr).toContain(
      'tumours@1 cannot be served by runtime classic: Made with scikit-learn 1.3.2; here 1.9.1.',
    );
    expect(exitCode).toBe(1);
  });
});

describe('model promote', () => {
  test('moves the pointer and remembers what was current', async () => {
    const world: World = {};
    const { stdout } = await runCommand(['model', 'promote', 'tumours@1'], world);
    expect(stdout).toBe('tumours@1 is current; before it was 2\n');
    expect(world.pointer).toEqual({ version: 1, history: [1, 2], promotedAt: '1970-01-01T00:00:00.000Z' });
  });

  test('leaves the pointer where the version cannot be served', async () => {
    const world: World = { ...REFUSED };
    const { exitCode } = await runCommand(['model', 'promote', 'tumours@1'], world);
    expect(exitCode).toBe(1);
    expect(world.pointer).toBeUndefined();
  });

  test('does nothing to what is current already', async () => {
    const world: World = {};
    const { stdout } = await runCommand(['model', 'promote', 'tumours@2'], world);
    expect(stdout).toBe('tumours@2 was current already\n');
    expect(world.pointer).toBeUndefined();
  });

  test('does not overwrite what someone else promoted meanwhile', async () => {
    const { stderr, exitCode } = await runCommand(['model', 'promote', 'tumours@1'], { contended: true });
    expect(stderr).toContain('Someone else changed the current version of tumours meanwhile');
    expect(exitCode).toBe(1);
  });
});

describe('model rollback', () => {
  test('goes back a step each time, until there is none', async () => {
    const world: World = { pointer: { version: 2, history: [1, 3] } };
    const first = await runCommand(['model', 'rollback', 'tumours'], world);
    expect(first.stdout).toBe('tumours@3 is current again; before it was 2\n');
    expect(world.pointer).toMatchObject({ version: 3, history: [1] });
    await runCommand(['model', 'rollback', 'tumours'], world);
    const last = await runCommand(['model', 'rollback', 'tumours'], world);
    expect(last.stderr).toContain('No version of tumours was current before version 1.');
    expect(last.exitCode).toBe(1);
    expect(world.pointer?.version).toBe(1);
  });

  test('takes no version', async () => {
    const { stderr, exitCode } = await runCommand(['model', 'rollback', 'tumours@1']);
    expect(stderr).toContain('To choose one: dropscore model promote tumours@1');
    expect(exitCode).toBe(2);
  });
});

describe('what lies in the models bucket', () => {
  const catalogOf = (body: string) =>
    modelCatalog({
      read: async () => ({ body: Buffer.from(body), etag: '"1"' }),
      folders: async () => ['churn'],
      versions: async () => [1],
      writePointer: async () => true,
    });

  test.each([
    ['xxxx', 'it is not JSON'],
    ['{"version":"2"}', 'Not a valid current-pointer: /version must be integer'],
  ])('a pointer %s is refused with what is wrong and how to mend it', async (body, why) => {
    const failure = await catalogOf(body).currentVersion('churn').catch(explainError);
    expect(failure).toMatchObject({
      code: 'pointer_invalid',
      message: `churn/current.json of the models bucket cannot be read: ${why}`,
    });
    expect((failure as Failure).remedy).toContain('dropscore model promote churn@VERSION');
  });

  test.each([
    ['xxxx', /it is not JSON$/],
    ['{}', /Not a valid model-manifest: .+/],
  ])('so is a manifest %s', async (body, why) => {
    for (const read of ['manifest', 'pinned'] as const) {
      const failure = await catalogOf(body)[read]('churn', 3).catch(explainError);
      expect(failure).toMatchObject({ code: 'model_invalid', message: expect.stringMatching(why) });
      expect((failure as Failure).message).toContain('churn@3');
      expect((failure as Failure).remedy).toContain('Publish the model again');
    }
  });
});

describe('the pointer', () => {
  test('remembers the last twenty versions', () => {
    const long = { version: 30, history: Array.from({ length: 20 }, (_, i) => i + 10) };
    expect(promoted(long, 31, 'now').history).toEqual([...long.history.slice(1), 30]);
  });

  test('goes back to where a promotion came from', () => {
    const before = { version: 4, history: [2], promotedAt: 'then' };
    expect(rolledBack(promoted(before, 5, 'now'), 'later')).toEqual({ ...before, promotedAt: 'later' });
  });

  test('written before there was a history, has nothing to go back to', () => {
    expect(rolledBack({ version: 4 }, 'now')).toBeUndefined();
  });
});

describe('model publish', () => {
  const publish = (python: string, ...options: string[]) =>
    runCommand([
      'model',
      'publish',
      'm.joblib',
      'churn',
      '--sample',
      's.csv',
      '--python',
      python,
      ...options,
    ]);

  test('hands everything on to the publisher’s Python, and prints the version', async () => {
    const python = aPython(`
      process.stderr.write('sample       3 rows scored\\n');
      const published = { version: 4, promoted: true, argv: process.argv.slice(2), stack: process.env.DROPSCORE_STACK };
      console.log('a library says hello');
      console.log(JSON.stringify({ published }));`);
    const options = [
      '--id-column',
      'id',
      '--tiers',
      'low:-1,high:0.8',
      '--tolerate',
      '0.05',
      '--trust',
      'a:b',
      '--trust',
      'c:d',
    ];
    const { stdout, stderr, exitCode } = await publish(python, ...options, '--no-promote', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      version: 4,
      stack: 'Dropscore',
      argv: [
        ...['-m', 'dropscore', 'publish', 'm.joblib', 'churn', '--sample=s.csv', '--id-column=id'],
        ...['--tiers=low:-1,high:0.8', '--tolerate=0.05', '--trust=a:b', '--trust=c:d', '--no-promote'],
      ],
    });
    expect(stderr).toContain('sample       3 rows scored');
    expect(exitCode).toBe(0);
  });

  test('a refusal keeps its sentence, remedy and exit code', async () => {
    const refused = { code: 'columns_missing', message: 'The sample lacks a.', remedy: 'Add a.' };
    const { stderr, exitCode } = await publish(
      aPython(`console.log(${JSON.stringify(JSON.stringify({ refused }))}); process.exitCode = 1;`),
    );
    expect(stderr).toContain('The sample lacks a.\nAdd a.');
    expect(exitCode).toBe(1);
  });

  test('a Python that cannot publish is told by its last words', async () => {
    const { stderr, exitCode } = await publish(
      aPython(`console.error('SyntaxError: invalid syntax'); process.exitCode = 1;`),
    );
    expect(stderr).toContain('ended with exit code 1: SyntaxError: invalid syntax');
    expect(exitCode).toBe(1);
  });

  test('a publisher that dies is not told to be of another Python', async () => {
    const killed = await publish(aPython(`process.kill(process.pid, 'SIGKILL');`));
    expect(killed.stderr).toContain('ended by SIGKILL: it says nothing\nIt may have run out of memory.');
    const ended = await publish(aPython(`console.error('bye'); process.exitCode = 3;`));
    expect(ended.stderr).toContain('ended with exit code 3: bye\nA library, or the model’s own code');
    expect(killed.stderr + ended.stderr).not.toContain('Python 3.11');
  });

  test('what lies in the working directory is not imported', async () => {
    const python = aPython(
      `console.log(JSON.stringify({ published: { version: 1, safe: process.env.PYTHONSAFEPATH } }));`,
    );
    expect(JSON.parse((await publish(python, '--json')).stdout)).toMatchObject({ safe: '1' });
  });

  test('a Python that is not there is told by its path', async () => {
    const { stderr, exitCode } = await publish('/no/such/python');
    expect(stderr).toContain('There is no Python at /no/such/python.');
    expect(exitCode).toBe(1);
  });

  test.each([
    ['--tiers', 'low'],
    ['--tiers', 'low:much'],
    ['--labels', '0'],
    ['--threshold', 'abc'],
    ['--threshold', ''],
    ['--weights', '1,x'],
    ['--tolerate', '5'],
    ['--types', 'plz'],
  ])('%s %s is refused before anything is started', async (option, value) => {
    const { stderr } = await publish('/no/such/python', option, value);
    expect(stderr).toContain(`argument '${value}' is invalid`);
  });
});

/** A program that stands for a Python. */
function aPython(script: string): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'dropscore-python-')), 'python');
  writeFileSync(file, `#!${process.execPath}\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}
