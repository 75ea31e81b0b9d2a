import type { Connection, ObjectStore } from '../../../cli/connection.ts';
import { explainError } from '../../../cli/explain-error.ts';
import type { ModelCatalog } from '../../../cli/model-catalog.ts';
import { buildProgram } from '../../../cli/program.ts';
import type { Shell } from '../../../cli/shell.ts';
import type { Terminal } from '../../../cli/terminal.ts';
import type { Chunk, Score } from '../../../contracts/generated/types.ts';
import type { JobView } from '../../../core/job.ts';
import type { Ledger } from '../../../core/ledger.ts';
import { aManifest } from './manifest.ts';

export interface World {
  view?: JobView;
  chunks?: Chunk[];
  scores?: Score[];
  /** Bytes of every object that a range is read from. */
  source?: string;
  names?: string[];
  newest?: string;
  sent?: unknown[];
  dropped?: string[];
}

/** Runs a command on a stack that is plain data. */
export async function runCommand(argv: readonly string[], world: World = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const shell: Shell = {
    terminal: terminalInto(out, err),
    clock: { now: () => 0, sleep: async () => {} },
    connect: async () => connectionTo(world),
    exitCode: 0,
  };
  const program = buildProgram(shell, '1.2.3');
  program.configureOutput({ writeErr: (text) => err.push(text), writeOut: (text) => out.push(text) });
  for (const command of program.commands) command.copyInheritedSettings(program);
  let exitCode: number;
  try {
    await program.parseAsync(argv, { from: 'user' });
    exitCode = shell.exitCode;
  } catch (error) {
    const failure = explainError(error);
    err.push(failure.message, failure.remedy ?? '');
    exitCode = failure.exitCode;
  }
  return { stdout: out.join(''), stderr: err.join('\n'), exitCode };
}

function terminalInto(out: string[], err: string[]): Terminal {
  return {
    data: async (text) => void out.push(text),
    note: (line) => void err.push(line),
    redraw: () => {},
    live: false,
    columns: 80,
    dataColumns: undefined,
    colour: false,
  };
}

function connectionTo(world: World): Connection {
  const { view, chunks = [], scores = [] } = world;
  const ledger: Partial<Ledger> = {
    readJob: async (id) => (view?.job.jobId === id ? view : undefined),
    readSummary: async () => undefined,
    async *chunksOf() {
      yield* chunks;
    },
  };
  return {
    targetLine: 'local stack (http://127.0.0.1:1)',
    resources: {
      inputBucket: 'input',
      modelsBucket: 'models',
      resultsBucket: 'results',
      jobsTable: 'jobs',
      scoresTable: 'scores',
      intakeQueueUrl: 'http://queue',
    },
    ledger: async () => ledger as Ledger,
    scores: async () => ({
      async *scoresOf(_jobId, from, to, only) {
        yield scores.filter(({ row, error }) => row >= from && row < to && (!only || error));
      },
      scoresOfRecord: async (_model, recordId) => scores.filter((score) => score.recordId === recordId),
    }),
    objects: async () => objectsOf(world),
    models: async () => modelsOf(world),
    sendToIntake: async (message) => void world.sent?.push(message),
  };
}

function objectsOf({ source = '', newest, dropped }: World): ObjectStore {
  return {
    async drop(_file, key) {
      dropped?.push(key);
      return { bucket: 'input', key, versionId: 'v1' };
    },
    newestVersion: async (bucket, key) => (newest ? { bucket, key, versionId: newest } : undefined),
    readRange: async (_object, start, end) => Buffer.from(source).subarray(start, end),
    readResult: async () => undefined,
  };
}

const modelsOf = ({ names = ['tumours'] }: World): ModelCatalog => ({
  names: async () => names,
  currentVersion: async (name) => (names.includes(name) ? 2 : undefined),
  manifest: async (name, version) => (names.includes(name) && version <= 2 ? aManifest() : undefined),
});
