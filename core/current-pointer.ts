import type { CurrentPointer } from '../contracts/generated/types.ts';

const HISTORY = 20;

/** The pointer after a version was made the current one: what was current is remembered. */
export function promoted(before: CurrentPointer | undefined, version: number, at: string): CurrentPointer {
  const history = before ? [...(before.history ?? []), before.version].slice(-HISTORY) : [];
  return { version, history, promotedAt: at };
}

/** The pointer at what was current before; undefined where nothing was. */
export function rolledBack({ history = [] }: CurrentPointer, at: string): CurrentPointer | undefined {
  const version = history.at(-1);
  return version === undefined ? undefined : { version, history: history.slice(0, -1), promotedAt: at };
}
