import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { packagedCode } from '../../infra/code.ts';
import { pinnedVersions } from '../../infra/lock-file.ts';
import { packageRoot } from '../../infra/package-root.ts';
import { python } from '../../local/host-environment.ts';
import { asList, functionOf, resourcesOf, statementsOf, synthesised } from './synthesised.ts';

const template = synthesised();
const HANDLER = 'dropscore_predictor.unpack_handler.handler';

const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [expect.stringMatching(`^${logicalId}`), 'Arn'] });
const objectsOf = (logicalId: string, pattern: string) => ({
  'Fn::Join': ['', [arnOf(logicalId), `/${pattern}`]],
});

/** What is where in the functions' environment. */
const variablesOf = (stage: string) =>
  (functionOf(template, stage).Environment as { Variables: Record<string, unknown> }).Variables;

test('its role allows what it does with a file that may be hostile, and nothing else', () => {
  const [policy] = resourcesOf(template, 'AWS::IAM::Policy').filter(([id]) => id.startsWith('Unpack'));
  expect(
    statementsOf(policy?.[1].Properties).map(({ Action, Resource }) => [asList(Action), Resource]),
  ).toEqual([
    [['logs:CreateLogStream', 'logs:PutLogEvents'], arnOf('UnpackStageLogs')],
    [
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
      arnOf('UnpackSourcesQueue'),
    ],
    [['s3:GetObjectVersion'], objectsOf('StorageInput', '*')],
    [['s3:ListBucket'], arnOf('StorageInput')],
    [['s3:PutObject'], objectsOf('StorageWork', 'staged/*')],
    [['dynamodb:GetItem', 'dynamodb:UpdateItem'], arnOf('StorageJobs')],
    [['sqs:SendMessage'], arnOf('UnpackSourcesQueue')],
    [['sqs:SendMessage'], arnOf('FanOutIntakeQueue')],
  ]);
});

test('it is fed from its queue, as many sources at once as the settings say', () => {
  const concurrency = (of = template) => {
    const [source] = resourcesOf(of, 'AWS::Lambda::EventSourceMapping').filter(([id]) =>
      id.startsWith('UnpackStageFrom'),
    );
    expect(source?.[1].Properties.EventSourceArn).toEqual(arnOf('UnpackSourcesQueue'));
    return source?.[1].Properties.ScalingConfig;
  };
  expect(concurrency()).toEqual({ MaximumConcurrency: 5 });
  expect(concurrency(synthesised({ unpackConcurrency: 9 }))).toEqual({ MaximumConcurrency: 9 });
});

test('it and fan-out know each other’s queue, and it knows its own', () => {
  expect(variablesOf('Unpack').UNPACK_QUEUE_URL).toEqual(variablesOf('FanOut').UNPACK_QUEUE_URL);
  expect(variablesOf('Unpack').INTAKE_QUEUE_URL).toEqual({
    Ref: expect.stringMatching(/^FanOutIntakeQueue/),
  });
  expect(variablesOf('FanOut').UNPACK_QUEUE_URL).toEqual({
    Ref: expect.stringMatching(/^UnpackSourcesQueue/),
  });
});

test('its memory and timeout fit a new AWS account, and can be changed', () => {
  expect(functionOf(template, 'Unpack')).toMatchObject({ MemorySize: 3008, Timeout: 300 });
  const larger = synthesised({ functions: { unpack: { memoryMiB: 10_240, timeoutSeconds: 600 } } });
  expect(functionOf(larger, 'Unpack')).toMatchObject({ MemorySize: 10_240, Timeout: 600 });
});

test('it is there whatever the runtimes are, on a Python and with libraries of its own', () => {
  const own = synthesised({
    architecture: 'arm64',
    runtimes: {
      classic: { enabled: false },
      onnx: { enabled: false },
      boosted: { requirements: 'python-predictor/requirements/onnx.txt', pythonVersion: '3.11' },
    },
  });
  expect(functionOf(own, 'Unpack')).toMatchObject({ Runtime: 'python3.13', Handler: HANDLER });
  const layers = resourcesOf(own, 'AWS::Lambda::LayerVersion').map(([id, { Properties }]) => [
    id.replace(/Libraries.*/, ''),
    Properties,
  ]);
  expect(layers).toContainEqual([
    'Unpack',
    expect.objectContaining({
      Description: 'dropscore: libraries of unpack',
      CompatibleRuntimes: ['python3.13'],
      CompatibleArchitectures: ['arm64'],
    }),
  ]);
  expect(layers.map(([stage]) => stage).sort()).toEqual(['Predictorboosted', 'Unpack']);
});

describe('its code', () => {
  const lockOf = (name: string) => path.join(packageRoot, `python-predictor/requirements/${name}.txt`);
  const brought = ['unpack', 'lambda'].flatMap((lock) => [...pinnedVersions(lockOf(lock), '3.13').keys()]);

  /** Imports a module where no library is in sight but those of the layer and those that Lambda brings. */
  const imported = (module: string) =>
    execFileSync(python(), ['-I', '-c', ONLY_WHAT_IS_BROUGHT, packagedCode.predictor, module, ...brought], {
      encoding: 'utf8',
      env: { AWS_DEFAULT_REGION: 'us-east-1' },
      stdio: 'pipe',
    });

  test('finds all that it imports in its layer, which has no library of models', () => {
    expect(brought).toEqual(expect.arrayContaining(['numpy', 'fastjsonschema', 'boto3']));
    expect(imported(HANDLER.replace(/\.handler$/, ''))).toBe('fastjsonschema numpy\n');
    expect(() => imported('dropscore_predictor.handler')).toThrow(/not brought: pandas/);
  });
});

const ONLY_WHAT_IS_BROUGHT = `
import importlib
import sys
from importlib.metadata import packages_distributions

sources, module, *brought = sys.argv[1:]
distributions = packages_distributions()


class OnlyWhatIsBrought:
    def find_spec(self, name, path=None, target=None):
        package = name.partition(".")[0]
        owners = distributions.get(package, [])
        if owners and not any(owner.lower().replace("_", "-") in brought for owner in owners):
            raise ModuleNotFoundError(f"not brought: {package}", name=package)


sys.meta_path.insert(0, OnlyWhatIsBrought())
sys.path.insert(0, sources)
importlib.import_module(module)
print(*sorted({"numpy", "fastjsonschema", "pandas", "sklearn"} & set(sys.modules)))
`;
