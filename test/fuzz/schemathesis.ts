import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LocalApi } from '../../local/local-api.ts';
import { type Existing, narrowedDocument } from './narrowed-document.ts';

const PYTHON = process.env.DROPSCORE_PYTHON ?? path.resolve('.venv/bin/python');
const CONFIG = path.resolve('test/fuzz/schemathesis.toml');

interface Effort {
  /** An operation, beside the limits of each field one by one. */
  examples: number;
  seed: number;
  /** After these it begins nothing new. */
  seconds: number;
}

/** Asks a deployed API what its document allows, and what it does not. @returns the exit code, and what was found. */
export function schemathesis(api: LocalApi, existing: Existing, { examples, seed, seconds }: Effort) {
  const folder = mkdtempSync(path.join(tmpdir(), 'dropscore-schemathesis-'));
  writeFileSync(path.join(folder, 'openapi.json'), JSON.stringify(narrowedDocument(existing)));
  const args = [
    ...[
      '-m',
      'schemathesis.cli',
      '--config-file',
      CONFIG,
      'run',
      'openapi.json',
      '--url',
      api.url,
      '--no-color',
    ],
    ...['--phases', 'examples,coverage,fuzzing', '--workers', '2', '--warnings', 'off'],
    ...['--max-examples', `${examples}`, '--seed', `${seed}`, '--max-time', `${seconds}`],
  ];
  const env = { ...process.env, DROPSCORE_KEY: api.key };
  return new Promise<{ code: number; output: string }>((resolve) => {
    execFile(PYTHON, args, { cwd: folder, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      rmSync(folder, { recursive: true });
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr });
    });
  });
}
