import { describe, expect, test } from 'vitest';
import type { ApiKey } from '../../../core/api-keys.ts';
import { runCommand, type World } from './run-command.ts';

const aKey = (name: string, id = `id-${name}`): ApiKey => ({
  id,
  name,
  enabled: true,
  createdAt: '2026-11-21T10:00:00.000Z',
});

describe('key create', () => {
  test('prints the value alone on stdout, and says that it is not shown again', async () => {
    const world: World = { keys: [] };
    const { stdout, stderr, exitCode } = await runCommand(['key', 'create', 'billing'], world);
    expect(stdout).toBe('value of billing\n');
    expect(stderr).toContain('not shown again');
    expect(stderr).toContain('http://api/v1');
    expect(exitCode).toBe(0);
  });

  test('tells a program all of it', async () => {
    const { stdout } = await runCommand(['key', 'create', 'billing', '--json'], { keys: [] });
    expect(JSON.parse(stdout)).toEqual({
      name: 'billing',
      id: 'id-0',
      value: 'value of billing',
      apiUrl: 'http://api/v1',
    });
  });

  test('refuses a name that is taken, and makes nothing', async () => {
    const world: World = { keys: [aKey('billing')] };
    const { stdout, stderr, exitCode } = await runCommand(['key', 'create', 'billing'], world);
    expect([stdout, exitCode, world.keys?.length]).toEqual(['', 1, 1]);
    expect(stderr).toContain('There is a key billing already');
    expect(stderr).toContain('dropscore key revoke billing');
  });
});

describe('key list', () => {
  test('shows names, ids and dates', async () => {
    const keys = [aKey('billing'), { ...aKey('web'), enabled: false }];
    const { stdout } = await runCommand(['key', 'list'], { keys });
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['NAME', 'ID', 'CREATED', 'ENABLED'],
      ['billing', 'id-billing', '2026-11-21T10:00:00.000Z', 'yes'],
      ['web', 'id-web', '2026-11-21T10:00:00.000Z', 'no'],
      [''],
    ]);
    expect(JSON.parse((await runCommand(['key', 'list', '--json'], { keys })).stdout)).toEqual(keys);
  });

  test('says where there are none', async () => {
    const { stdout, stderr } = await runCommand(['key', 'list'], { keys: [] });
    expect([stdout, stderr]).toEqual(['', expect.stringContaining('no keys')]);
  });
});

describe('key revoke', () => {
  test('takes a name, and leaves the others', async () => {
    const world: World = { keys: [aKey('billing'), aKey('web')] };
    const { stdout, exitCode } = await runCommand(['key', 'revoke', 'billing'], world);
    expect([stdout, exitCode, world.keys]).toEqual(['billing is revoked\n', 0, [aKey('web')]]);
  });

  test('names those that there are', async () => {
    const { stderr, exitCode } = await runCommand(['key', 'revoke', 'bling'], { keys: [aKey('billing')] });
    expect(stderr).toContain('no key bling');
    expect(stderr).toContain('There are billing');
    expect(exitCode).toBe(1);
  });

  test('asks for the id where two have the same name', async () => {
    const world: World = { keys: [aKey('billing', 'a1'), aKey('billing', 'a2')] };
    const { stderr } = await runCommand(['key', 'revoke', 'billing'], world);
    expect(stderr).toContain('by its id: a1, a2');
    expect(world.keys).toHaveLength(2);
    await runCommand(['key', 'revoke', 'a2'], world);
    expect(world.keys).toEqual([aKey('billing', 'a1')]);
  });
});
