import type { RescoreRequest } from '../contracts/generated/types.ts';
import type { Connection } from './connection.ts';
import { untilRun } from './find-run.ts';
import type { Context } from './shell.ts';
import { showRun } from './show-run.ts';
import { watchRun } from './watch/watch-run.ts';

/** Asks for a run, and shows it as soon as it is recorded, or as it has ended. @returns the exit code. */
export async function beginRun(
  context: Context,
  connection: Connection,
  { runId, request, watch }: { runId: string; request: RescoreRequest; watch: boolean | undefined },
): Promise<number> {
  await connection.sendToRescore({ type: 'begin', runId, request });
  const runs = await connection.runs();
  return showRun(
    context,
    connection,
    watch
      ? await watchRun(context, runs, runId)
      : await untilRun(context, runs, runId, { holds: () => true }),
  );
}
