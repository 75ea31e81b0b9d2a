import { runPython } from '../child.ts';

/** As in a function of one processor; with the predictor's sources at hand, and credentials of nobody. */
const ENVIRONMENT = {
  OMP_NUM_THREADS: '1',
  PYTHONPATH: 'python-predictor/src:bench:bench/predictor',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  AWS_EC2_METADATA_DISABLED: 'true',
};

/** @returns the JSON that the script prints. */
export const withOneThread = <T>(script: string, args: readonly string[]): Promise<T> =>
  runPython(script, args, ENVIRONMENT);

/** Puts a source and a model of each library into a folder. */
export const makeModels = (folder: string, rows: number): Promise<unknown> =>
  withOneThread('bench/predictor/made.py', [folder, String(rows)]);
