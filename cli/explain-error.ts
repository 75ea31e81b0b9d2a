import { Failure } from './failure.ts';

/**
 * Turns whatever a command threw into one sentence and a remedy. AWS errors are told by their `name`, since
 * each SDK client has classes of its own.
 */
export function explainError(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const { name, message, code } = facts(error);
  for (const { when, failure, sentence, remedy } of EXPLANATIONS) {
    if (!when.test(name) && !when.test(code) && !when.test(message)) continue;
    return new Failure(failure, sentence(message), { remedy, cause: error });
  }
  return new Failure('unexpected', message, {
    remedy: 'Set DROPSCORE_DEBUG=1 to see where it happened.',
    cause: error,
  });
}

interface Explanation {
  when: RegExp;
  failure: string;
  sentence: (message: string) => string;
  remedy: string;
}

const LOG_IN = 'Log in again (for example `aws sso login`), or set AWS_PROFILE or AWS_ACCESS_KEY_ID.';
const CONFIGURE =
  'Log in (`aws sso login`), or set AWS_PROFILE or AWS_ACCESS_KEY_ID; or run `dropscore local up` for a local stack.';

/** First match wins: the special before the general. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    when: /^Stack with id .+ does not exist/,
    failure: 'no_such_stack',
    sentence: (message) => `There is no such stack in this account and region: ${firstLine(message)}.`,
    remedy: 'Check --stack or DROPSCORE_STACK, and AWS_PROFILE and AWS_REGION.',
  },
  {
    when: /^(ExpiredToken|ExpiredTokenException|RequestExpired|TokenProviderError)$|token.*(has )?expired|SSO session/i,
    failure: 'credentials_expired',
    sentence: () => 'The AWS credentials have expired.',
    remedy: LOG_IN,
  },
  {
    when: /^CredentialsProviderError$|could not load credentials/i,
    failure: 'no_credentials',
    sentence: (message) => `No AWS credentials were found (${firstLine(message)}).`,
    remedy: CONFIGURE,
  },
  {
    when: /^(UnrecognizedClientException|InvalidClientTokenId|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignatureException|AuthFailure)$/,
    failure: 'credentials_refused',
    sentence: (message) => `AWS does not accept these credentials: ${firstLine(message)}`,
    remedy: LOG_IN,
  },
  {
    when: /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|Forbidden|AuthorizationError)$/,
    failure: 'access_denied',
    sentence: (message) => `Access denied: ${firstLine(message)}`,
    remedy: 'Ask for this permission, or choose another identity with AWS_PROFILE.',
  },
  {
    when: /region is missing/i,
    failure: 'no_region',
    sentence: () => 'No AWS region is set.',
    remedy: 'Set AWS_REGION, or a region in the AWS profile.',
  },
  {
    when: /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|TimeoutError|NetworkingError)$/,
    failure: 'unreachable',
    sentence: (message) => `The service cannot be reached: ${firstLine(message)}`,
    remedy:
      'On a local stack: `dropscore local status`, then `dropscore local up`. On AWS: check the network, the region and AWS_ENDPOINT_URL.',
  },
  {
    when: /^ERR_INVALID_URL$/,
    failure: 'invalid_endpoint',
    sentence: () => 'The address of an endpoint is no URL.',
    remedy: 'Mend or unset AWS_ENDPOINT_URL, and AWS_ENDPOINT_URL_… and endpoint_url of the AWS profile.',
  },
  {
    when: /^(NoSuchKey|NoSuchVersion|NoSuchBucket|NotFound)$/,
    failure: 'object_missing',
    sentence: (message) => `An object is no longer there: ${firstLine(message)}`,
    remedy: 'It may have been removed by hand or by a lifecycle rule.',
  },
  {
    when: /^(ResourceNotFoundException|QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue)$/,
    failure: 'resource_missing',
    sentence: (message) => `A resource of the stack is missing: ${firstLine(message)}`,
    remedy: 'Deploy the stack again, or start the local one afresh with `dropscore local up --fresh`.',
  },
  {
    when: /^(ThrottlingException|ProvisionedThroughputExceededException|RequestLimitExceeded|SlowDown)$/,
    failure: 'throttled',
    sentence: () => 'AWS asked to slow down, and went on doing so.',
    remedy: 'Try again in a minute.',
  },
  {
    when: /^ENOSPC$/,
    failure: 'disk_full',
    sentence: () => 'The disk is full.',
    remedy: 'Make room, or write to another place with -o.',
  },
  {
    when: /^(EACCES|EPERM|EISDIR|ENOENT|EROFS)$/,
    failure: 'file_unusable',
    sentence: (message) => `A file cannot be used: ${firstLine(message)}`,
    remedy: 'Check the path and its permissions.',
  },
];

function facts(error: unknown): { name: string; message: string; code: string } {
  if (!(error instanceof Error)) return { name: '', message: String(error), code: '' };
  const code = (error as NodeJS.ErrnoException).code;
  return {
    name: error.name,
    // A refused connection to a host of several addresses has an AggregateError without a message.
    message: error.message || innerMessage(error) || error.name,
    code: typeof code === 'string' ? code : '',
  };
}

function innerMessage(error: Error): string {
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner instanceof Error ? inner.message : '';
}

const firstLine = (message: string) => message.split('\n', 1)[0] ?? '';
