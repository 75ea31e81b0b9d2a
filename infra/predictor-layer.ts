import path from 'node:path';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { buildLayer, describeLayer, layerHash } from './python-layer/build-layer.ts';
import { lockOf } from './runtime.ts';
import type { RuntimeSettings, Settings } from './settings.ts';
import { lambdaArchitecture } from './stage-function.ts';

/** Lambda's Python of a runtime. */
export const lambdaPython = ({ pythonVersion }: RuntimeSettings): lambda.Runtime =>
  new lambda.Runtime(`python${pythonVersion}`, lambda.RuntimeFamily.PYTHON);

/** The libraries of a runtime, built from its lock file without Docker. */
export function predictorLayer(
  scope: Construct,
  name: string,
  runtime: RuntimeSettings,
  settings: Settings,
): lambda.ILayerVersion {
  const order = {
    requirements: lockOf(name, runtime),
    pythonVersion: runtime.pythonVersion,
    architecture: settings.architecture,
  };
  return new lambda.LayerVersion(scope, 'Libraries', {
    description: `dropscore: libraries of the runtime ${name}`,
    compatibleRuntimes: [lambdaPython(runtime)],
    compatibleArchitectures: [lambdaArchitecture(settings)],
    code: lambda.Code.fromAsset(path.dirname(order.requirements), {
      assetHash: layerHash(order),
      bundling: {
        // Never pulled: the local build either succeeds or says what is wrong.
        image: lambda.Runtime.PYTHON_3_13.bundlingImage,
        local: {
          tryBundle(outputDirectory) {
            console.error(describeLayer(name, buildLayer(order, outputDirectory)));
            return true;
          },
        },
      },
    }),
  });
}
