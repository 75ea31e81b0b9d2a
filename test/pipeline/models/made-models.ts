import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const PROJECT_PYTHON = process.env.DROPSCORE_PYTHON ?? '.venv/bin/python';

/** A model of `make_models.py`, with what publishes it. */
export interface MadeModel {
  name: string;
  artifact: string;
  /** Arguments of `dropscore model publish`, beyond the file, the name, sample and id column. */
  publish: string[];
  kind: string;
  runtime: string;
  /** Of a number, absolute below 1 and relative above. */
  tolerance: number;
  /** Some fields of the job's statistics. */
  statistics: Record<string, unknown>;
  /** Rows to publish it with. */
  sample: string;
  /** Rows to score. */
  drop: string;
  /** Fields of the score of each dropped row, by the model's own library. */
  expected: string;
}

/** Trains the matrix of formats and outputs, or some groups of it, into a folder of its own. */
export const makeModels = (...groups: string[]) => makeModelsWith(PROJECT_PYTHON, ...groups);

/** The same with another interpreter, whose libraries the groups must do with. */
export function makeModelsWith(python: string, ...groups: string[]): { folder: string; models: MadeModel[] } {
  const folder = mkdtempSync(path.join(tmpdir(), 'dropscore-models-'));
  execFileSync(python, ['-B', 'test/pipeline/models/make_models.py', folder, ...groups]);
  const index: Omit<MadeModel, 'sample' | 'drop' | 'expected'>[] = JSON.parse(
    readFileSync(path.join(folder, 'cases.json'), 'utf8'),
  );
  const file = (model: string, name: string) => path.join(folder, model, name);
  const models = index.map((made) => ({
    ...made,
    sample: file(made.name, 'sample.csv'),
    drop: file(made.name, 'drop.csv'),
    expected: file(made.name, 'expected.json'),
  }));
  return { folder, models };
}

export const publishArguments = ({ artifact, name, sample, publish }: MadeModel): string[] => [
  ...['model', 'publish', artifact, name, '--sample', sample, '--id-column', 'id'],
  ...publish,
];
