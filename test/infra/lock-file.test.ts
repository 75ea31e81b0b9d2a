import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { comparedLibraries, pinnedVersions } from '../../infra/lock-file.ts';

const HASH = `--hash=sha256:${'0'.repeat(64)}`;
const directory = mkdtempSync(path.join(tmpdir(), 'dropscore-lock-'));
const file = path.join(directory, 'lock.txt');

function pins(text: string, pythonVersion = '3.13') {
  writeFileSync(file, text);
  return Object.fromEntries(pinnedVersions(file, pythonVersion));
}

describe('a lock file', () => {
  test('pins libraries, whatever stands between', () => {
    expect(
      pins(
        `# made by hand\n--only-binary :all:\nNumPy==2.4.6 \\\n    ${HASH} \\\n    ${HASH}\nscikit_learn==1.9.1 ${HASH}\n`,
      ),
    ).toEqual({ numpy: '2.4.6', 'scikit-learn': '1.9.1' });
  });

  test.each([
    ["python_full_version < '3.12'", '3.11', true],
    ["python_full_version < '3.12'", '3.12', false],
    ["python_full_version >= '3.12'", '3.13', true],
    ["python_version == '3.11.*'", '3.11', true],
    ["sys_platform == 'win32' or sys_platform == 'emscripten'", '3.13', false],
    ["(python_version < '3.12' and sys_platform == 'win32') or platform_system == 'Linux'", '3.13', true],
    ["python_version != '3.13'", '3.13', false],
    ["platform_machine == 'x86_64'", '3.13', true],
  ])('with the marker %s on Python %s: %j', (marker, pythonVersion, counts) => {
    expect(pins(`scipy==1.0 ; ${marker} \\\n    ${HASH}\n`, pythonVersion)).toEqual(
      counts ? { scipy: '1.0' } : {},
    );
  });

  test('that is none is refused by the line that shows it', () => {
    expect(() => pins('numpy==2.4.6\nscipy>=1.0\n')).toThrow('“scipy>=1.0” is not pinned by ==');
  });

  test('tells the libraries that a model’s manifest is compared with', () => {
    const all = new Map([
      ['six', '1.17.0'],
      ['numpy', '2.4.6'],
      ['scikit-learn', '1.9.1'],
    ]);
    expect(comparedLibraries(all)).toEqual({ 'scikit-learn': '1.9.1', numpy: '2.4.6' });
  });
});
