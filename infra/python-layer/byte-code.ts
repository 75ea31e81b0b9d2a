import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { findPython, pythonVariable } from '../find-python.ts';

/**
 * Compiles every module below a directory for a Python version. The files hold no time and no path of this machine, so
 * that the same sources give the same bytes; `unchecked-hash` spares the loader a look at the source.
 *
 * @param sources `kept` beside the byte code, or `removed`: both together would take a layer near its limit, and all that is
 * lost is the text of lines in tracebacks, which are never logged.
 * @returns false where this machine has no such Python, and nothing was done.
 */
export function compileModules(
  directory: string,
  pythonVersion: string,
  sources: 'kept' | 'removed',
): boolean {
  const python = findPython(pythonVersion);
  if (!python) return false;
  const options = ['-q', '-q', '-j', '0', '--invalidation-mode', 'unchecked-hash', '-s', '.', '-p', '/opt'];
  try {
    execFileSync(python, ['-m', 'compileall', ...options, ...(sources === 'removed' ? ['-b'] : []), '.'], {
      cwd: directory,
      stdio: 'ignore',
    });
  } catch {
    // Some libraries ship files for other Pythons; what does not compile stays as it is, and the smoke test judges.
  }
  if (sources === 'removed') removeCompiled(directory);
  return true;
}

/** What a layer without byte code costs, and how to get it. */
export const withoutByteCode = (pythonVersion: string): string =>
  `No Python ${pythonVersion} was found, so this is built WITHOUT byte code: every cold start compiles what it imports, which took ` +
  `4 s instead of 1 s when it was measured. Install Python ${pythonVersion} (\`uv python install ${pythonVersion}\` or pyenv), or name one in ` +
  `${pythonVariable(pythonVersion)}, and synthesise again.`;

function removeCompiled(directory: string): void {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && entry.name.endsWith('.py') && existsSync(`${file}c`)) rmSync(file);
  }
}
