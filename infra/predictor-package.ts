import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { findPython } from './find-python.ts';
import { isSource, PREDICTOR_HANDLER } from './image-context.ts';
import { predictorImage } from './predictor-image.ts';
import { lambdaPython, predictorLayer } from './predictor-layer.ts';
import { compileModules } from './python-layer/byte-code.ts';
import type { StageFunctionProps } from './stage-function.ts';
import type { PredictorProps } from './stages/predictor.ts';

type Package = Pick<StageFunctionProps, 'code' | 'runtime' | 'handler' | 'layers'>;

/** What a predictor's function is made of, by its runtime's packaging. */
export function predictorPackage(scope: Construct, props: PredictorProps): Package {
  const { settings, name, runtime, code } = props;
  if (settings.local)
    return { code: sources(code.predictor), runtime: lambdaPython(runtime), handler: PREDICTOR_HANDLER };
  if (runtime.packaging === 'image')
    return {
      code: predictorImage(props),
      runtime: lambda.Runtime.FROM_IMAGE,
      handler: lambda.Handler.FROM_IMAGE,
    };
  return {
    code: compiledSources(code.predictor, runtime.pythonVersion),
    runtime: lambdaPython(runtime),
    handler: PREDICTOR_HANDLER,
    layers: [predictorLayer(scope, name, runtime, settings)],
  };
}

const COMPILED = ['**/__pycache__', '**/*.pyc'];

const sources = (directory: string): lambda.Code => lambda.Code.fromAsset(directory, { exclude: COMPILED });

/** The predictor's modules with their byte code beside them; without, every cold start would compile them again. */
function compiledSources(directory: string, pythonVersion: string): lambda.Code {
  if (!findPython(pythonVersion)) return sources(directory);
  return lambda.Code.fromAsset(directory, {
    assetHash: hashOf(directory, pythonVersion),
    bundling: {
      image: lambda.Runtime.PYTHON_3_13.bundlingImage,
      local: {
        tryBundle(outputDirectory) {
          cpSync(directory, outputDirectory, { recursive: true, filter: isSource });
          return compileModules(outputDirectory, pythonVersion, 'kept');
        },
      },
    },
  });
}

function hashOf(directory: string, pythonVersion: string): string {
  const hash = createHash('sha256').update(pythonVersion);
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !file.includes('__pycache__'))
    .sort();
  for (const file of files)
    hash
      .update(`${path.relative(directory, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  return hash.digest('hex');
}
