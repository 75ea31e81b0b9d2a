import { isHeld, isTerminal, type JobView } from '../../core/job.ts';
import { type Progress, progressOf } from '../../core/progress.ts';
import { Failure } from '../failure.ts';
import { duration } from '../render/quantities.ts';
import type { Clock } from '../shell.ts';
import { RateWindow } from './rate-window.ts';

export interface WatchOptions {
  readJob(jobId: string): Promise<JobView | undefined>;
  clock: Clock;
  /** How long the job may take to appear: the event that starts it is on its way. */
  opensWithinMs: number;
  timeoutMs?: number | undefined;
  onWaiting(waitedMs: number): void;
  onProgress(progress: Progress, rowsPerSecond: number | undefined): void;
}

/**
 * Polls a job until it ends, or is held: then it waits for a person.
 *
 * @throws Failure where it does not appear in time, or has not ended within the time-out; the job itself goes on.
 */
export async function watchJob(jobId: string, options: WatchOptions): Promise<JobView> {
  const { clock, readJob, opensWithinMs, timeoutMs = Number.POSITIVE_INFINITY } = options;
  const started = clock.now();
  const window = new RateWindow();
  for (;;) {
    const view = await readJob(jobId);
    const elapsed = clock.now() - started;
    if (view && (isTerminal(view.state.status) || isHeld(view.state))) return view;
    if (!view && elapsed >= Math.min(opensWithinMs, timeoutMs)) throw neverOpened(jobId, elapsed);
    if (elapsed >= timeoutMs) throw stillRunning(jobId, timeoutMs);
    if (view) {
      const progress = progressOf(view.state);
      window.add(clock.now(), progress.rowsDone);
      options.onProgress(progress, window.rowsPerSecond);
    } else options.onWaiting(elapsed);
    await clock.sleep(Math.min(pauseAfter(elapsed), timeoutMs - elapsed));
  }
}

/** Half a second at first, since small jobs end in seconds; three seconds for those that take minutes. */
const pauseAfter = (elapsedMs: number) => Math.min(3_000, 500 + elapsedMs / 20);

function neverOpened(jobId: string, elapsed: number): Failure {
  return new Failure('job_not_opened', `Job ${jobId} was not opened within ${duration(elapsed)}.`, {
    remedy:
      'Check the id with `dropscore job list`. If the file is in its place: look at the intake queue and the log of the fan-out function.',
  });
}

function stillRunning(jobId: string, timeoutMs: number): Failure {
  return new Failure('timeout', `Job ${jobId} has not ended within ${duration(timeoutMs)}. It goes on.`, {
    remedy: `Look again with: dropscore job watch ${jobId}`,
  });
}
