import { expect, test } from 'vitest';
import { settingsPage } from './settings-page.ts';

test('docs/settings.md is what the schema says', async () => {
  await expect(settingsPage()).toMatchFileSnapshot('../../docs/settings.md');
});

test('every setting is explained', () => {
  const rows = settingsPage().match(/^\| `.*$/gm) ?? [];
  expect(rows.length).toBeGreaterThan(30);
  for (const row of rows) expect(row).not.toMatch(/\| {2}\|$/);
});
