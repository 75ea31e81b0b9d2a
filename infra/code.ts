import path from 'node:path';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { packageRoot } from './package-root.ts';
import { StageFunction, type StageFunctionProps } from './stage-function.ts';
import type { StageProps } from './stages/stage-props.ts';

/** Where the code of the functions lies. */
export interface CodeLocations {
  /** A folder for each Node function, as scripts/build.mjs writes them. */
  functions: string;
  /** The predictor's Python sources. */
  predictor: string;
}

export const packagedCode: CodeLocations = {
  functions: path.join(packageRoot, 'dist/functions'),
  predictor: path.join(packageRoot, 'python-predictor/src'),
};

type Particulars = Omit<StageFunctionProps, 'settings' | 'code' | 'runtime' | 'handler'>;

/** A function of `functions/<name>/`. */
export function nodeFunction(
  scope: Construct,
  name: string,
  { settings, code }: StageProps,
  particulars: Particulars,
): StageFunction {
  return new StageFunction(scope, 'Stage', {
    ...particulars,
    settings,
    code: lambda.Code.fromAsset(path.join(code.functions, name)),
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
  });
}
