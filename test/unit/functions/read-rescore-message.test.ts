import { describe, expect, it } from 'vitest';
import { ContractViolation, parseContract } from '../../../contracts/validate.ts';
import { readRescoreBody } from '../../../functions/rescore/read-message.ts';

const moved = (key: string, versionId = 'v1', eventName = 'ObjectCreated:Put') =>
  JSON.stringify({
    Records: [{ eventName, s3: { bucket: { name: 'models' }, object: { key, versionId } } }],
  });
const ON = { churn: { scope: 'all', prefix: 'incoming/churn/2026' } } as const;

describe('the move of a pointer', () => {
  it('begins a run of a model that is to be scored again by it, one for each move', () => {
    const [message] = readRescoreBody(moved('churn/current.json'), ON);
    parseContract('rescore-message', message);
    expect(message).toMatchObject({
      type: 'begin',
      runId: expect.stringMatching(/^promotion@[0-9a-f]{16}$/),
      request: { modelName: 'churn', requestedBy: 'promotion', onOverlap: 'queue', ...ON.churn },
    });
    expect(readRescoreBody(moved('churn/current.json'), ON)).toEqual([message]);
    const [later] = readRescoreBody(moved('churn/current.json', 'v2'), ON);
    expect(later?.runId).not.toBe(message?.runId);
  });

  it.each([
    ['of another model', moved('virality/current.json')],
    ['of a file below a version', moved('churn/1/current.json')],
    ['that is a removal', moved('churn/current.json', 'v1', 'ObjectRemoved:Delete')],
    ['that is a test of S3', JSON.stringify({ Event: 's3:TestEvent' })],
  ])('%s begins none', (_, body) => {
    expect(readRescoreBody(body, ON)).toEqual([]);
  });
});

it.each(['{"type":"start","runId":"r@1"}', '{}', '[]', '7'])('%s is no message', (body) => {
  expect(() => readRescoreBody(body, ON)).toThrow(ContractViolation);
});
