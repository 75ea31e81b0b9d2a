import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListFunctionsCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import type { Pipeline } from '../pipeline/pipeline.ts';

const PRELOADS = path.resolve('test/faults/clock');

export interface Clocks {
  /** Sets the clocks of the functions whose names match wrong by so much, those of running workers too. */
  wrongBy(ms: number, of?: RegExp): void;
  /** Gives all functions the right time and their own environment back. */
  restore(): Promise<void>;
}

/** Takes the clocks of all functions into the hands of a test. */
export async function takeClocks({ aws }: Pipeline): Promise<Clocks> {
  const lambda = new LambdaClient(aws);
  const directory = mkdtempSync(path.join(tmpdir(), 'dropscore-clocks-'));
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  const names = Functions.map(({ FunctionName = '' }) => FunctionName);
  const own = new Map<string, Record<string, string>>();
  const configure = (FunctionName: string, Variables: Record<string, string>) =>
    lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));

  for (const name of names) {
    const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    const variables = found.Environment?.Variables ?? {};
    own.set(name, variables);
    await configure(name, {
      ...variables,
      CLOCKS: directory,
      NODE_OPTIONS: `--require=${path.join(PRELOADS, 'clock.cjs')}`,
      PYTHONPATH: PRELOADS,
    });
  }
  return {
    wrongBy(ms, of = /./) {
      for (const name of names) if (of.test(name)) writeFileSync(path.join(directory, name), String(ms));
    },
    async restore() {
      for (const [name, variables] of own) await configure(name, variables);
      rmSync(directory, { recursive: true });
    },
  };
}
