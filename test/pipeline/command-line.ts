import { execFile } from 'node:child_process';
import { localAws } from '../../local/local-aws.ts';
import type { LocalStack } from '../../local/local-stack.ts';

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

export type CommandLine = (...args: string[]) => Promise<Outcome>;

/** Ordinary AWS configuration and a stack name, as somebody sets them who works on AWS. */
export function commandEnvironment(stack: LocalStack): NodeJS.ProcessEnv {
  const { endpoint, region, credentials } = localAws(stack.endpoint);
  return {
    ...process.env,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials?.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials?.secretAccessKey,
    DROPSCORE_STACK: stack.stack,
  };
}

/** The command line as a process: what it does on AWS. */
export function commandLine(stack: LocalStack): CommandLine {
  const env = commandEnvironment(stack);
  return (...args) =>
    new Promise((resolve) => {
      execFile(process.execPath, ['bin/dropscore.mjs', ...args], { env }, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
      });
    });
}
