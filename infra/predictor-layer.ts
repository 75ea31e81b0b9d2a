import path from 'node:path';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { buildPythonLayer, layerHash } from './build-python-layer.ts';
import { packageRoot } from './package-root.ts';
import type { RuntimeSettings, Settings } from './settings.ts';
import { lambdaArchitecture } from './stage-function.ts';

const CLASSIC_REQUIREMENTS = path.join(packageRoot, 'python-predictor/requirements/classic.txt');

/** The libraries of a runtime, built from its lock file without Docker. */
export function predictorLayers(
  scope: Construct,
  name: string,
  runtime: RuntimeSettings,
  settings: Settings,
): lambda.ILayerVersion[] {
  if (settings.local) return [];
  const order = {
    requirements: path.resolve(runtime.requirements ?? CLASSIC_REQUIREMENTS),
    pythonVersion: runtime.pythonVersion,
    architecture: settings.architecture,
  };
  const layer = new lambda.LayerVersion(scope, 'Libraries', {
    description: `dropscore: libraries of the runtime ${name}`,
    compatibleRuntimes: [lambda.Runtime.PYTHON_3_13],
    compatibleArchitectures: [lambdaArchitecture(settings)],
    code: lambda.Code.fromAsset(path.dirname(order.requirements), {
      assetHash: layerHash(order),
      bundling: {
        // Never pulled: the local build either succeeds or says what is wrong.
        image: lambda.Runtime.PYTHON_3_13.bundlingImage,
        local: {
          tryBundle(outputDirectory) {
            buildPythonLayer(order, outputDirectory);
            return true;
          },
        },
      },
    }),
  });
  return [layer];
}
