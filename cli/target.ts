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
