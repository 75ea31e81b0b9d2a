import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { findPython } from './find-python.ts';
import { isSource } from './image-context.ts';
import { compileModules } from './python-layer/byte-code.ts';
import type { StageProps } from './stages/stage-props.ts';

/**
 * The predictor's sources, compiled for the Python of the function that runs them; as they are for the embedded host, whose
 * Python may be another.
 */
export function predictorCode(
  { settings, code }: Pick<StageProps, 'settings' | 'code'>,
  pythonVersion: string,
): lambda.Code {
  return settings.local ? sources(code.predictor) : compiledSources(code.predictor, pythonVersion);
}

const COMPILED = ['**/__pycache__', '**/*.pyc'];

const sources = (directory: string): lambda.Code => lambda.Code.fromAsset(directory, { exclude: COMPILED });

/** The modules with their byte code beside them; without, every cold start would compile them again. */
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
