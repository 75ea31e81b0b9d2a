import { expect, test } from 'vitest';
import { explainError } from '../../../cli/explain-error.ts';
import { wrongUsage } from '../../../cli/failure.ts';

const named = (name: string, message = 'm', code?: string) =>
  Object.assign(new Error(message), { name, ...(code && { code }) });

test.each([
  [named('CredentialsProviderError', 'Could not load credentials from any providers'), 'no_credentials'],
  [
    named('CredentialsProviderError', 'The SSO session associated with this profile has expired'),
    'credentials_expired',
  ],
  [named('ExpiredTokenException'), 'credentials_expired'],
  [named('UnrecognizedClientException'), 'credentials_refused'],
  [named('AccessDeniedException'), 'access_denied'],
  [named('AccessDenied'), 'access_denied'],
  [named('ValidationError', 'Stack with id Nope does not exist'), 'no_such_stack'],
  [named('Error', 'Region is missing'), 'no_region'],
  [named('Error', 'connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED'), 'unreachable'],
  [named('TypeError', 'Invalid URL', 'ERR_INVALID_URL'), 'invalid_endpoint'],
  [named('NoSuchVersion'), 'object_missing'],
  [named('ResourceNotFoundException'), 'resource_missing'],
  [named('ThrottlingException'), 'throttled'],
  [named('Error', 'ENOSPC: no space left on device, write', 'ENOSPC'), 'disk_full'],
  [named('TypeError', 'x is not a function'), 'unexpected'],
])('%s is told as such, with a remedy', (error, code) => {
  const failure = explainError(error);
  expect(failure).toMatchObject({ code, exitCode: 1 });
  expect(failure.remedy).toBeTruthy();
});

test('a refused connection to several addresses still says what was refused', () => {
  const refused = Object.assign(new AggregateError([new Error('connect ECONNREFUSED ::1:4566')], ''), {
    code: 'ECONNREFUSED',
  });
  expect(explainError(refused).message).toContain('connect ECONNREFUSED ::1:4566');
});

test('only the first line of a long message is shown', () => {
  expect(explainError(named('AccessDenied', 'User x may not\n  at stack')).message).toBe(
    'Access denied: User x may not',
  );
});

test('a failure of our own is what it is', () => {
  const own = wrongUsage('No.', 'Do.');
  expect(explainError(own)).toBe(own);
  expect(own.exitCode).toBe(2);
});
