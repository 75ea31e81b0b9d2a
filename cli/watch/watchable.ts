import type { Command } from 'commander';
import { parseDuration } from '../arguments.ts';

export interface WatchOptions {
  watch?: boolean;
  timeout?: number;
}

/** A command that starts something of a job, and may stay until the job's end. */
export const watchable = (command: Command): Command =>
  command
    .option('-w, --watch', 'wait for the end, show progress, exit with the job’s code')
    .option('--timeout <time>', 'with --watch: how long to wait, such as 90s, 5m or 2h', parseDuration);
