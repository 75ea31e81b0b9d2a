import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { HostProcess } from './host-process.ts';
import type { LocalApi } from './local-api.ts';

/** A running local stack, as `local.json` in its state directory describes it. */
export interface LocalStack extends HostProcess {
  /** CloudFormation name. */
  stack: string;
  /** Of the template that is deployed. */
  fingerprint: string;
  /** Of the host that runs. */
  hostFingerprint: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** Absent where the settings leave the HTTP API out. */
  api?: LocalApi | undefined;
}

/** Undefined where there is none, or where it was left by a version that wrote something else. */
export function readRecord(stateDirectory: string): LocalStack | undefined {
  try {
    const record = JSON.parse(readFileSync(file(stateDirectory), 'utf8')) as LocalStack;
    return record.instance && record.pid ? record : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** In one step: a reader never finds half a record. It holds a key, which is for its owner alone. */
export function writeRecord(stateDirectory: string, record: LocalStack): void {
  mkdirSync(stateDirectory, { recursive: true });
  const draft = `${file(stateDirectory)}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file(stateDirectory));
}

export function removeRecord(stateDirectory: string): void {
  rmSync(file(stateDirectory), { force: true });
}

const file = (stateDirectory: string): string => path.join(stateDirectory, 'local.json');
