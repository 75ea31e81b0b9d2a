import { execFileSync } from 'node:child_process';

const python = process.env.DROPSCORE_PYTHON ?? '.venv/bin/python';

/** What a Python script of the benches prints. One thread, credentials of nobody, and the predictor's sources at hand. */
export function printed(args: readonly string[]): string {
  const env = {
    ...process.env,
    OMP_NUM_THREADS: '1',
    PYTHONPATH: 'python-predictor/src:bench/predictor',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  return String(execFileSync(python, args, { env, stdio: ['ignore', 'pipe', 'inherit'] }));
}
