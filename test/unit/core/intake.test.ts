import { describe, expect, it } from 'vitest';
import { ContractViolation } from '../../../contracts/validate.ts';
import { readIntakeBody, requestedModel } from '../../../core/intake.ts';
import { modelOfKey } from '../../../core/keys.ts';

const s3Event = (key: string, changes = {}) =>
  JSON.stringify({
    Records: [
      {
        eventName: 'ObjectCreated:Put',
        eventTime: '2026-11-20T19:00:00.123Z',
        s3: { bucket: { name: 'input' }, object: { key, versionId: 'v1' } },
        ...changes,
      },
    ],
  });

describe('readIntakeBody', () => {
  it.each([
    ['incoming/m/a+b.csv', 'incoming/m/a b.csv'],
    ['incoming/m/a%2Bb.csv', 'incoming/m/a+b.csv'],
    ['incoming/m/100%25.csv', 'incoming/m/100%.csv'],
    ['incoming/m/%C3%A9%E6%97%A5%E6%9C%AC.csv', 'incoming/m/é日本.csv'],
  ])('case 5: decodes the key %s', (encoded, key) => {
    expect(readIntakeBody(s3Event(encoded))).toEqual([
      {
        type: 'start',
        requestedBy: 'drop',
        source: { bucket: 'input', key, versionId: 'v1', eventTime: '2026-11-20T19:00:00.123Z' },
      },
    ]);
  });

  it.each([
    ['the test event of a new notification', JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent' })],
    ['a folder marker', s3Event('incoming/m/')],
    ['a removal', s3Event('incoming/m/a.csv', { eventName: 'ObjectRemoved:Delete' })],
  ])('asks for nothing on %s', (_, body) => {
    expect(readIntakeBody(body)).toEqual([]);
  });

  it('takes every record of an event', () => {
    const { Records } = JSON.parse(s3Event('incoming/m/a.csv'));
    expect(readIntakeBody(JSON.stringify({ Records: [...Records, ...Records] }))).toHaveLength(2);
  });

  it.each([
    '',
    'null',
    '[]',
    '{}',
    '"start"',
    '{"type":"stop"}',
    '{"Records":[null]}',
    '{"Records":[{"eventName":1}]}',
    s3Event(''),
    s3Event('%zz'),
    s3Event('a.csv', { eventTime: '2026-11-20T23:59:60Z' }),
    'garbage SECRET',
  ])('refuses %s, and does not quote it', (body) => {
    expect(() => readIntakeBody(body)).toThrow(ContractViolation);
    expect(() => readIntakeBody(body)).not.toThrow(/SECRET/);
  });
});

describe('the model of a request', () => {
  it.each([
    ['incoming/m/a.csv', 'm'],
    ['incoming/m/2026/11/a.csv', 'm'],
    ['incoming/a.csv', undefined],
    ['incoming//a.csv', undefined],
    ['results/m/a.csv', undefined],
  ])('%s → %s', (key, model) => {
    expect(modelOfKey(key)).toBe(model);
  });

  it('is the one asked for before the one of the folder', () => {
    const source = { bucket: 'input', key: 'incoming/m/a.csv' };
    expect(requestedModel({ type: 'start', requestedBy: 'cli', source, model: 'other' })).toBe('other');
    expect(requestedModel({ type: 'start', requestedBy: 'cli', source })).toBe('m');
  });
});
