import { expect, test } from 'vitest';
import { corsHeaders } from '../../../functions/api/cors.ts';

const ALLOWED = ['https://one.example', 'https://two.example'];

test('an allowed origin is echoed, and no other is', () => {
  const { 'access-control-expose-headers': exposed, ...headers } = corsHeaders(ALLOWED, ALLOWED[1]);
  expect(headers).toEqual({ vary: 'origin', 'access-control-allow-origin': 'https://two.example' });
  expect(exposed).toBe('link, location, retry-after, preference-applied');
  for (const origin of ['https://two.example.org', 'null', '*', '', undefined])
    expect(corsHeaders(ALLOWED, origin)).toEqual({ vary: 'origin' });
});

test('any origin is any, whoever asks', () => {
  for (const origin of ['https://three.example', undefined])
    expect(corsHeaders(['*'], origin)).toMatchObject({ 'access-control-allow-origin': '*' });
});

test('without a setting nothing is said of origins', () => {
  expect(corsHeaders([], 'https://one.example')).toEqual({});
});
