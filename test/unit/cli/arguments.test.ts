import { expect, test } from 'vitest';
import {
  parseCount,
  parseDuration,
  parseJobId,
  parseKeyName,
  parseModel,
  parseS3Address,
} from '../../../cli/arguments.ts';

test.each([
  ['churn', { name: 'churn' }],
  ['churn.v2_a-b', { name: 'churn.v2_a-b' }],
  ['churn@3', { name: 'churn', version: 3 }],
])('%s is a model', (text, model) => expect(parseModel(text)).toEqual(model));

test.each([
  '',
  '@3',
  'Churn',
  'a/b',
  'churn@',
  'churn@0',
  'churn@03',
  'churn@1.5',
  'churn@latest',
  'a@1@2',
  `a${'b'.repeat(64)}`,
  'a@100000000',
])('%j is no model', (text) => expect(() => parseModel(text)).toThrow());

test.each([
  ['90', 90_000],
  ['90s', 90_000],
  ['5m', 300_000],
  ['2h', 7_200_000],
])('%s is a time', (text, ms) => expect(parseDuration(text)).toBe(ms));

test.each(['', '0', '-1', '5d', '1.5m'])('%j is no time', (text) =>
  expect(() => parseDuration(text)).toThrow(),
);

test.each(['0', '-1', '1.5', 'ten', ''])('%j is no count', (text) =>
  expect(() => parseCount(text)).toThrow(),
);

test('an address names a bucket and a key with anything in it', () => {
  expect(parseS3Address('s3://b/in coming/é+%/x.csv')).toEqual({ bucket: 'b', key: 'in coming/é+%/x.csv' });
  expect(parseS3Address('data/s3.csv')).toBeUndefined();
});

test.each(['s3://', 's3://b', 's3://b/', 's3://b/folder/'])('%s names no object', (text) =>
  expect(() => parseS3Address(text)).toThrow('names no object'),
);

test('a job id is 24 hexadecimal digits', () => {
  expect(parseJobId('0123456789abcdef01234567')).toBe('0123456789abcdef01234567');
  expect(() => parseJobId('0123456789ABCDEF01234567')).toThrow('24 hexadecimal digits');
});

test.each(['billing', 'Web-2.eu_west', 'a'.repeat(64)])('%s names a key', (text) =>
  expect(parseKeyName(text)).toBe(text),
);

test.each(['', 'two words', '-x', 'é', 'a'.repeat(65)])('%j names no key', (text) =>
  expect(() => parseKeyName(text)).toThrow('A key is named by'),
);
