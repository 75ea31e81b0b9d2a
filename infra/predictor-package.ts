import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { PREDICTOR_HANDLER } from './image-context.ts';
import { lambdaPython, libraryLayer } from './library-layer.ts';
import { predictorCode } from './predictor-code.ts';
import { predictorImage } from './predictor-image.ts';
import { lockOf } from './runtime.ts';
import type { StageFunctionProps } from './stage-function.ts';
import type { PredictorProps } from './stages/predictor.ts';

type Package = Pick<StageFunctionProps, 'code' | 'runtime' | 'handler' | 'layers'>;

/** What a predictor's function is made of, by its runtime's packaging. */
export function predictorPackage(scope: Construct, props: PredictorProps): Package {
  const { settings, name, runtime } = props;
  const { packaging, pythonVersion } = runtime;
  if (packaging === 'image' && !settings.local)
    return {
      code: predictorImage(props),
      runtime: lambda.Runtime.FROM_IMAGE,
      handler: lambda.Handler.FROM_IMAGE,
    };
  const libraries = { of: `the runtime ${name}`, lock: lockOf(name, runtime), pythonVersion };
  return {
    code: predictorCode(props, pythonVersion),
    runtime: lambdaPython(pythonVersion),
    handler: PREDICTOR_HANDLER,
    ...(!settings.local && { layers: [libraryLayer(scope, libraries, settings)] }),
  };
}
