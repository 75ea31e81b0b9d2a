import { LOCAL_AWS } from '../local/local-aws.ts';
import { EXIT } from './exit-code.ts';
import { Failure } from './failure.ts';

/** Where a command works: a stack on AWS by ordinary AWS configuration, or the local stack of this checkout. */
export type Target = { kind: 'aws'; stack: string } | { kind: 'local'; stack: string; endpoint: string };

/** A stack that is named wins over a local one that happens to run. */
export function resolveTarget(
  stack: string | undefined,
  local: { stack: string; endpoint: string } | undefined,
): Target {
  if (stack) return { kind: 'aws', stack };
  if (local) return { kind: 'local', stack: local.stack, endpoint: local.endpoint };
  throw new Failure('no_target', 'No stack is named, and no local one is running.', {
    remedy:
      'Start a local stack with `dropscore local up`, or name one on AWS with --stack or DROPSCORE_STACK.',
    exitCode: EXIT.usage,
  });
}

export const localTargetLine = (endpoint: string): string => `local stack (${endpoint})`;

export const awsTargetLine = (account: string, region: string, stack: string): string =>
  `account ${account}, ${region}, stack ${stack}`;

/** By which a child process finds the same stack; undefined takes a variable away. */
export function environmentOf({ stack, ...target }: Target): Record<string, string | undefined> {
  if (target.kind === 'aws') return { DROPSCORE_STACK: stack };
  return {
    DROPSCORE_STACK: stack,
    AWS_ENDPOINT_URL: target.endpoint,
    AWS_ACCESS_KEY_ID: LOCAL_AWS.key,
    AWS_SECRET_ACCESS_KEY: LOCAL_AWS.secret,
    AWS_REGION: LOCAL_AWS.region,
    AWS_DEFAULT_REGION: LOCAL_AWS.region,
    AWS_PROFILE: undefined,
    AWS_SESSION_TOKEN: undefined,
  };
}
