import path from 'node:path';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { buildLayer, describeLayer, layerHash } from './python-layer/build-layer.ts';
import type { Settings } from './settings.ts';
import { lambdaArchitecture } from './stage-function.ts';

/** Lambda's Python of a version such as `3.13`. Which of them start from a snapshot the rules of the settings know. */
export const lambdaPython = (version: string): lambda.Runtime =>
  new lambda.Runtime(`python${version}`, lambda.RuntimeFamily.PYTHON, { supportsSnapStart: true });

export interface Libraries {
  /** Whose they are, in words. */
  of: string;
  /** A lock file with hashes. */
  lock: string;
  pythonVersion: string;
}

/** The libraries of a lock file, built without Docker. */
export function libraryLayer(
  scope: Construct,
  { of, lock, pythonVersion }: Libraries,
  settings: Settings,
): lambda.ILayerVersion {
  const order = { requirements: lock, pythonVersion, architecture: settings.architecture };
  return new lambda.LayerVersion(scope, 'Libraries', {
    description: `dropscore: libraries of ${of}`,
    compatibleRuntimes: [lambdaPython(pythonVersion)],
    compatibleArchitectures: [lambdaArchitecture(settings)],
    code: lambda.Code.fromAsset(path.dirname(lock), {
      assetHash: layerHash(order),
      bundling: {
        // Never pulled: the local build either succeeds or says what is wrong.
        image: lambda.Runtime.PYTHON_3_13.bundlingImage,
        local: {
          tryBundle(outputDirectory) {
            console.error(describeLayer(of, buildLayer(order, outputDirectory)));
            return true;
          },
        },
      },
    }),
  });
}
