import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { LOCAL_DIFFERENCES } from '../../infra/local-differences.ts';
import { synthesised } from './synthesised.ts';

interface Parts {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
}

const onAws = synthesised().toJSON() as Parts;
const local = synthesised({ local: true }).toJSON() as Parts;

const idsOf = (parts: Parts, type: string) =>
  Object.keys(parts.Resources).filter((id) => parts.Resources[id]?.Type === type);

describe('the setting `local`', () => {
  test('leaves out the layer of the predictor', () => {
    expect(idsOf(onAws, 'AWS::Lambda::LayerVersion')).toHaveLength(1);
    expect(idsOf(local, 'AWS::Lambda::LayerVersion')).toHaveLength(0);
    expect(Object.keys(LOCAL_DIFFERENCES)).toEqual(['AWS::Lambda::LayerVersion']);
  });

  test('changes nothing else in the template', () => {
    const [layer = ''] = idsOf(onAws, 'AWS::Lambda::LayerVersion');
    delete onAws.Resources[layer];
    for (const { Properties } of Object.values(onAws.Resources))
      if (JSON.stringify(Properties?.Layers) === JSON.stringify([{ Ref: layer }])) delete Properties.Layers;
    expect(local).toEqual(onAws);
  });

  test('is described in docs/local.md, sentence by sentence', () => {
    const page = readFileSync(new URL('../../docs/local.md', import.meta.url), 'utf8');
    for (const sentence of Object.values(LOCAL_DIFFERENCES)) expect(page).toContain(`- ${sentence}\n`);
  });
});
