import type { CheckAnswer } from '../contracts/generated/types.ts';
import type { Connection } from './connection.ts';
import { Failure } from './failure.ts';
import { halfPublished } from './find-model.ts';

/**
 * Lets the function that serves a version load it and score its golden rows.
 *
 * @throws Failure with the reason for which jobs with this version would fail.
 */
export async function requireCheck(
  connection: Connection,
  name: string,
  version: number,
): Promise<CheckAnswer> {
  const pinned = await (await connection.models()).pinned(name, version);
  if (!pinned) throw halfPublished(name, version);
  const answer = await (await connection.predictor(pinned.runtime)).check(pinned);
  if (answer.ok) return answer;
  const { code, message } = answer.reason ?? { code: 'check_failed', message: 'It tells no reason.' };
  throw new Failure(code, `${name}@${version} cannot be served by runtime ${answer.runtime}: ${message}`);
}
