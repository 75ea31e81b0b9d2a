import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Everything that tests write to the temporary folder goes with the run, also what a killed process left. */
export default function setup(): (() => void) | undefined {
  if (process.env.DROPSCORE_SCRATCH) return undefined;
  const scratch = mkdtempSync(path.join(tmpdir(), 'dropscore-test-'));
  process.env.DROPSCORE_SCRATCH = scratch;
  process.env.TMPDIR = scratch;
  return () => rmSync(scratch, { recursive: true, force: true });
}
