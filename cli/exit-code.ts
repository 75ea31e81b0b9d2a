import type { JobStatus } from '../core/job.ts';

/** What a shell script can rely on. */
export const EXIT = { done: 0, failed: 1, usage: 2, rowErrors: 3, interrupted: 130 } as const;

/** A job's end as an exit code; a running job has not failed, and one that is held does not go on by itself. */
export function exitCodeOf(status: JobStatus | 'held'): number {
  if (status === 'completed' || status === 'running') return EXIT.done;
  return status === 'completed_with_errors' ? EXIT.rowErrors : EXIT.failed;
}
