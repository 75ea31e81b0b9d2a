import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { packagedCode } from '../../infra/code.ts';
import { DropscoreStack } from '../../infra/dropscore-stack.ts';
import { INSTALL_OPTIONS, PREDICTOR_HANDLER, writeImageContext } from '../../infra/image-context.ts';
import { packageRoot } from '../../infra/package-root.ts';
import { python } from '../../local/host-environment.ts';
import { functionOf, resourcesOf, standInCode, statementsOf, synthesised } from './synthesised.ts';

const OLDER = 'test/pipeline/runtimes/older-sklearn.txt';
const ONNX = path.join(packageRoot, 'python-predictor/requirements/onnx.txt');
const LAMBDA = path.join(packageRoot, 'python-predictor/requirements/lambda.txt');

describe('a runtime', () => {
  const template = synthesised({
    runtimes: {
      older: { requirements: OLDER, pythonVersion: '3.11', memoryMiB: 3008, ephemeralStorageMiB: 2048 },
    },
  });

  test('has the Python, memory and room of its settings', () => {
    expect(functionOf(template, 'Predictorolder')).toMatchObject({
      Runtime: 'python3.11',
      MemorySize: 3008,
      EphemeralStorage: { Size: 2048 },
    });
    const layers = resourcesOf(template, 'AWS::Lambda::LayerVersion').map(([, { Properties }]) => [
      Properties.Description,
      Properties.CompatibleRuntimes,
    ]);
    expect(layers).toContainEqual(['dropscore: libraries of the runtime older', ['python3.11']]);
  });

  test('is told to every predictor and to publishers, with the versions that its lock pins', () => {
    const { RUNTIMES } = (
      functionOf(template, 'Predictorclassic').Environment as { Variables: { RUNTIMES: string } }
    ).Variables;
    const told = JSON.parse(RUNTIMES);
    expect(Object.keys(told)).toEqual(['classic', 'onnx', 'older']);
    expect(told.older).toEqual({
      python: '3.11',
      libraries: expect.objectContaining({ 'scikit-learn': '1.5.2', numpy: '2.2.6', scipy: '1.14.1' }),
    });
    expect(told.onnx.libraries).not.toHaveProperty('scikit-learn');
    const { Value } = template.findOutputs('Runtimes').Runtimes as { Value: unknown };
    expect(JSON.stringify(Value)).toMatch(/function.*PredictorolderStageFunction.*scikit-learn.*1\.5\.2/);
  });

  test('that is built in can be left out', () => {
    const without = synthesised({ runtimes: { onnx: { enabled: false } } });
    expect(
      resourcesOf(without, 'AWS::Lambda::Function').filter(([id]) => id.startsWith('Predictor')),
    ).toHaveLength(1);
  });
});

describe('the publisher policy', () => {
  const template = synthesised();
  const policies = resourcesOf(template, 'AWS::IAM::ManagedPolicy');

  test('allows to write models, to try them, and to find out where', () => {
    expect(policies).toHaveLength(1);
    const statements = statementsOf(policies[0]?.[1].Properties).map(({ Action, Resource }) => [
      Action,
      Resource,
    ]);
    expect(statements).toEqual([
      [
        ['s3:PutObject', 's3:AbortMultipartUpload', 's3:GetObject', 's3:GetObjectVersion'],
        { 'Fn::Join': ['', [{ 'Fn::GetAtt': [expect.stringMatching(/^StorageModels/), 'Arn'] }, '/*']] },
      ],
      ['s3:ListBucket', { 'Fn::GetAtt': [expect.stringMatching(/^StorageModels/), 'Arn'] }],
      [
        'lambda:InvokeFunction',
        [
          { 'Fn::GetAtt': [expect.stringMatching(/^Predictorclassic/), 'Arn'] },
          { 'Fn::GetAtt': [expect.stringMatching(/^Predictoronnx/), 'Arn'] },
        ],
      ],
      ['cloudformation:DescribeStacks', { Ref: 'AWS::StackId' }],
    ]);
  });

  test('is attached to nobody, and its ARN is an output', () => {
    expect(policies[0]?.[1].Properties).not.toHaveProperty('Roles');
    expect(template.findOutputs('PublisherPolicy')).toEqual({
      PublisherPolicy: { Value: { Ref: policies[0]?.[0] } },
    });
  });
});

describe('a runtime as a container image', () => {
  test('is an image whose context holds the Dockerfile, the lock and the sources', () => {
    const outdir = mkdtempSync(path.join(tmpdir(), 'dropscore-synth-'));
    const app = new App({ outdir, analyticsReporting: false, context: { 'aws:cdk:bundling-stacks': [] } });
    const runtimes = { onnx: { packaging: 'image' as const, pythonVersion: '3.12' as const } };
    const code = { ...standInCode(), predictor: packagedCode.predictor };
    const stack = new DropscoreStack(app, 'Imaged', { settings: { runtimes }, code });
    const onnx = functionOf(Template.fromStack(stack), 'Predictoronnx');
    expect(onnx).toMatchObject({ PackageType: 'Image', Code: { ImageUri: expect.anything() } });
    for (const property of ['Runtime', 'Handler', 'Layers']) expect(onnx).not.toHaveProperty(property);
    app.synth();
    const assets = JSON.parse(readFileSync(path.join(outdir, 'Imaged.assets.json'), 'utf8'));
    const [image] = Object.values(assets.dockerImages) as {
      source: { directory: string; platform: string };
    }[];
    expect(image?.source.platform).toBe('linux/amd64');
    const read = (file: string) =>
      readFileSync(path.join(outdir, image?.source.directory ?? '', file), 'utf8');
    expect(read('Dockerfile')).toContain('FROM public.ecr.aws/lambda/python:3.12\n');
    expect(read('Dockerfile')).toContain(`CMD ["${PREDICTOR_HANDLER}"]`);
    expect(read('requirements.txt')).toBe(readFileSync(ONNX, 'utf8'));
    expect(read('src/dropscore_predictor/handler.py')).toContain('def handler(');
  });

  test('has a handler that runs in what its Dockerfile installs', () => {
    const context = mkdtempSync(path.join(tmpdir(), 'dropscore-image-'));
    writeImageContext(context, { lock: ONNX, pythonVersion: '3.13', predictor: packagedCode.predictor });
    const root = path.join(context, 'task');
    const base = path.join(context, 'base');
    const install = (lock: string, target: string) =>
      execFileSync(
        python(),
        ['-m', 'pip', 'install', '--quiet', ...INSTALL_OPTIONS, '--target', target, '--requirement', lock],
        { stdio: 'pipe' },
      );
    install(path.join(context, 'requirements.txt'), root);
    // What Lambda's base image brings.
    install(LAMBDA, base);
    const script = `
import sys
sys.path[:0] = [${JSON.stringify(path.join(context, 'src'))}, ${JSON.stringify(root)}, ${JSON.stringify(base)}]
from ${PREDICTOR_HANDLER.replace(/\.handler$/, '')} import handler
from dropscore_predictor.contracts import ContractViolation
import numpy
class Context:
    def get_remaining_time_in_millis(self):
        return 60000
try:
    handler({"check": {"name": 1}}, Context())
except ContractViolation as error:
    print(error)
print(numpy.__file__.startswith(${JSON.stringify(root)}), "sklearn" in sys.modules)
`;
    const environment = { RUNTIME: 'onnx', AWS_DEFAULT_REGION: 'us-east-1' };
    const told = execFileSync(python(), ['-I', '-S', '-c', script], { encoding: 'utf8', env: environment });
    expect(told).toMatch(/^Not a valid check-request: .*\nTrue False\n$/);
  }, 120_000);
});
