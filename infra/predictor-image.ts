import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { writeImageContext } from './image-context.ts';
import { lockOf } from './runtime.ts';
import type { PredictorProps } from './stages/predictor.ts';

/** The predictor with its libraries as a container image. Docker builds it at deployment; synthesis needs none. */
export function predictorImage({ name, runtime, settings, code }: PredictorProps): lambda.Code {
  const context = mkdtempSync(path.join(tmpdir(), `dropscore-image-${name}-`));
  // CDK copies it when the code is bound to its function.
  process.once('exit', () => rmSync(context, { recursive: true, force: true }));
  writeImageContext(context, {
    lock: lockOf(name, runtime),
    pythonVersion: runtime.pythonVersion,
    predictor: code.predictor,
  });
  return lambda.Code.fromAssetImage(context, {
    assetName: name,
    platform: settings.architecture === 'arm64' ? Platform.LINUX_ARM64 : Platform.LINUX_AMD64,
  });
}
