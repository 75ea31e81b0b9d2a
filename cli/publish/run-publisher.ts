import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { EXIT } from '../exit-code.ts';
import { Failure } from '../failure.ts';

/** What `python -m dropscore publish` answers of a version. */
export interface Published {
  name: string;
  version: number;
  runtime: string;
  kind: string;
  rowsScored: number;
  rowsRefused: number;
  goldenRows: number;
  manifestSha256: string;
  promoted: boolean;
}

interface PublisherRun {
  python: string;
  /** The checkout, or the installed package: its Python sources are what runs. */
  root: string;
  args: readonly string[];
  /** Where the stack is; undefined takes a variable away. */
  environment: Record<string, string | undefined>;
  onProgress: (line: string) => void;
}

const SOURCES = ['python-publisher/src', 'python-predictor/src'];
const LINES_KEPT = 5;

/**
 * Publishes in the publisher's own Python, whose libraries are the model's.
 *
 * @throws Failure with the publisher's reason and remedy.
 */
export async function runPublisher(run: PublisherRun): Promise<Published> {
  const child = spawn(run.python, ['-m', 'dropscore', 'publish', ...run.args], {
    // A safe path: what happens to lie in the working directory is not imported instead of a library. Older Pythons
    // take no notice of the variable, where the flag -P would keep them from telling their age.
    env: {
      ...process.env,
      ...run.environment,
      PYTHONPATH: pythonPath(run.root),
      PYTHONSAFEPATH: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<Ending>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  const last: string[] = [];
  createInterface(child.stderr).on('line', (line) => {
    run.onProgress(line);
    last.push(line);
    if (last.length > LINES_KEPT) last.shift();
  });
  const [answer, ending] = await Promise.all([text(child.stdout), ended]).catch((error) => {
    throw cannotStart(run.python, error);
  });
  return read(answer, ending, last, run.python);
}

interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

const pythonPath = (root: string) =>
  [...SOURCES.map((source) => path.join(root, source)), process.env.PYTHONPATH]
    .filter(Boolean)
    .join(path.delimiter);

function read(answer: string, ending: Ending, last: readonly string[], python: string): Published {
  const result = parsed(answer);
  if (result?.published) return result.published;
  if (result?.refused) {
    const { code: reason, message, remedy } = result.refused;
    throw new Failure(reason, message, {
      ...(remedy && { remedy: remedy.replaceAll('\n', '\n  ') }),
      exitCode: reason === 'usage' ? EXIT.usage : EXIT.failed,
    });
  }
  throw died(ending, last, python);
}

/** What a Python says that cannot even read the publisher. */
const TOO_OLD = /SyntaxError|No module named|ImportError/;

function died({ code, signal }: Ending, last: readonly string[], python: string): Failure {
  const words = last.at(-1) ?? 'it says nothing';
  const how = signal ? `by ${signal}` : `with exit code ${code}`;
  return new Failure('publisher_failed', `${python} ended ${how}: ${words}`, {
    remedy: TOO_OLD.test(words)
      ? 'It must be Python 3.11 or later; choose another with --python.'
      : `${signal === 'SIGKILL' ? 'It may have run out of memory' : 'A library, or the model’s own code, ended the process'}. Nothing was promoted: publishing again is safe.`,
  });
}

interface Answer {
  published?: Published;
  refused?: { code: string; message: string; remedy?: string };
}

function parsed(answer: string): Answer | undefined {
  try {
    // A library may print to stdout before; the answer is the last line.
    return JSON.parse(answer.trimEnd().split('\n').at(-1) ?? '') as Answer;
  } catch {
    return undefined;
  }
}

function cannotStart(python: string, cause: unknown): Failure {
  return new Failure('python_missing', `${python} cannot be started.`, {
    remedy: 'Install Python 3.11 or later, or choose an interpreter with --python.',
    cause,
  });
}
