import { expect, inject, test } from 'vitest';
import { commandLine } from './command-line.ts';

const dropscore = commandLine(inject('stack'));
const { url } = inject('stack').api ?? expect.unreachable();

const statusWith = async (key: string): Promise<number> =>
  (await fetch(`${url}/models`, { headers: { 'x-api-key': key } })).status;

test('a key is made, opens the API, is listed without its value, and is revoked', async () => {
  const made = await dropscore('key', 'create', 'billing', '--json');
  expect(made.code).toBe(0);
  const { id, value, apiUrl } = JSON.parse(made.stdout);
  expect(apiUrl).toBe(url);
  expect(await statusWith(value)).toBe(200);

  const listed = await dropscore('key', 'list', '--json');
  expect(JSON.parse(listed.stdout)).toContainEqual({
    id,
    name: 'billing',
    enabled: true,
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
  expect(listed.stdout + listed.stderr).not.toContain(value);

  const again = await dropscore('key', 'create', 'billing');
  expect([again.code, again.stdout]).toEqual([1, '']);
  expect(again.stderr).toContain('There is a key billing already');

  expect((await dropscore('key', 'revoke', 'billing')).code).toBe(0);
  expect(await statusWith(value)).toBe(403);
  expect((await dropscore('key', 'list')).stdout).not.toContain('billing');
});
