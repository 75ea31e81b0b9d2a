import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LOCAL_DIFFERENCES } from '../../infra/local-differences.ts';
import { type Resource, synthesised } from './synthesised.ts';

interface Parts {
  Resources: Record<string, Resource>;
}

const runtimes = {
  boosted: { requirements: 'python-predictor/requirements/onnx.txt', packaging: 'image' as const },
};
const onAws = synthesised({ runtimes }).toJSON() as Parts;
const local = synthesised({ runtimes, local: true }).toJSON() as Parts;

const idsOf = (parts: Parts, type: string) =>
  Object.keys(parts.Resources).filter((id) => parts.Resources[id]?.Type === type);

/** The properties of the function whose id begins so. */
const functionOf = (parts: Parts, stage: string): Record<string, unknown> => {
  const [id = ''] = idsOf(parts, 'AWS::Lambda::Function').filter((id) => id.startsWith(stage));
  return parts.Resources[id]?.Properties ?? {};
};

const variablesOfStage = (parts: Parts, stage: string) =>
  (functionOf(parts, stage).Environment as { Variables: Record<string, unknown> }).Variables;
const predictorOf = (parts: Parts, runtime: string) => functionOf(parts, `Predictor${runtime}`);
const variablesOf = (parts: Parts, runtime: string) => variablesOfStage(parts, `Predictor${runtime}`);

describe('the setting `local`', () => {
  test('leaves out the layers of predictors and of unpack', () => {
    expect(idsOf(onAws, 'AWS::Lambda::LayerVersion')).toHaveLength(3);
    expect(idsOf(local, 'AWS::Lambda::LayerVersion')).toHaveLength(0);
  });

  test('tells a predictor its interpreter, unless it runs in the host’s own environment', () => {
    expect(variablesOf(local, 'onnx').DROPSCORE_PYTHON).toMatch(
      /\.dropscore\/runtimes\/onnx-[0-9a-f]{12}\/bin\/python$/,
    );
    expect(variablesOf(local, 'boosted').DROPSCORE_PYTHON).toMatch(/runtimes\/boosted-/);
    expect(variablesOf(local, 'classic')).not.toHaveProperty('DROPSCORE_PYTHON');
    expect(variablesOf(onAws, 'onnx')).not.toHaveProperty('DROPSCORE_PYTHON');
  });

  test('makes a function of an image', () => {
    expect(predictorOf(onAws, 'boosted')).toMatchObject({
      PackageType: 'Image',
      Code: { ImageUri: expect.anything() },
    });
    expect(predictorOf(local, 'boosted')).toMatchObject({
      Runtime: 'python3.13',
      Code: { S3Key: expect.stringMatching(/zip$/) },
    });
  });

  test('changes nothing else in the template', () => {
    for (const parts of [onAws, local]) {
      for (const id of idsOf(parts, 'AWS::Lambda::LayerVersion')) delete parts.Resources[id];
      for (const runtime of ['classic', 'onnx', 'boosted']) {
        const properties = predictorOf(parts, runtime);
        delete variablesOf(parts, runtime).DROPSCORE_PYTHON;
        for (const name of Object.keys(LOCAL_DIFFERENCES)) delete properties[name];
        // They belong to the code of a zip; an image brings its own.
        if (runtime === 'boosted') for (const name of ['Handler', 'Runtime']) delete properties[name];
      }
      for (const name of ['Layers', 'Code']) delete functionOf(parts, 'Unpack')[name];
    }
    expect(local).toEqual(onAws);
  });

  test('is described in docs/local.md, sentence by sentence', () => {
    const page = readFileSync(new URL('../../docs/local.md', import.meta.url), 'utf8');
    for (const sentence of Object.values(LOCAL_DIFFERENCES)) expect(page).toContain(`- ${sentence}\n`);
  });
});
