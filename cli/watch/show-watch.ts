import type { JobView } from '../../core/job.ts';
import type { Ledger } from '../../core/ledger.ts';
import type { Progress } from '../../core/progress.ts';
import { EXIT } from '../exit-code.ts';
import { duration } from '../render/quantities.ts';
import type { Context } from '../shell.ts';
import { progressLine, progressParts, WAITING } from './progress-line.ts';
import { watchJob } from './watch-job.ts';

/** Without a terminal, progress is lines in a log: not more often than this. */
const LINE_EVERY_MS = 2_000;

export interface WatchLimits {
  opensWithinMs: number;
  timeoutMs?: number | undefined;
}

/** Watches a job and shows how far it is: one live line on a terminal, plain lines elsewhere. */
export async function showWatch(
  context: Context,
  ledger: Ledger,
  jobId: string,
  limits: WatchLimits,
): Promise<JobView> {
  const { terminal, clock } = context;
  const live = terminal.live && !context.json;
  const lines = boundedLines(context);
  const stopListening = sayGoodbyeOnInterrupt(context, jobId);
  try {
    return await watchJob(jobId, {
      readJob: ledger.readJob,
      clock,
      ...limits,
      onWaiting: (waited) =>
        live ? terminal.redraw(`${WAITING} (${duration(waited)})`) : lines.say(WAITING),
      onProgress: (progress, rowsPerSecond) =>
        live
          ? terminal.redraw(
              progressLine(progress, rowsPerSecond, { width: terminal.columns - 1, colour: terminal.colour }),
            )
          : lines.sayProgress(progress, rowsPerSecond),
    });
  } finally {
    stopListening();
    if (live) terminal.redraw(undefined);
  }
}

/** What `score --watch --json` and a log file see: a line on change, at a bounded rate. */
function boundedLines({ terminal, clock, json }: Context) {
  let said = '';
  let saidAt = Number.NEGATIVE_INFINITY;
  const emit = (key: string, line: string) => {
    if (key === said || clock.now() - saidAt < LINE_EVERY_MS) return;
    said = key;
    saidAt = clock.now();
    terminal.note(line);
  };
  return {
    say: (text: string) => emit(text, json ? JSON.stringify({ note: text }) : text),
    sayProgress(progress: Progress, rowsPerSecond: number | undefined) {
      const line = json
        ? JSON.stringify({ progress: { ...progress, ...(rowsPerSecond && { rowsPerSecond }) } })
        : progressParts(progress, rowsPerSecond).join(', ');
      emit(JSON.stringify(progress), line);
    },
  };
}

/** Ctrl-C ends the watching, not the job; that has to be said. */
function sayGoodbyeOnInterrupt({ terminal, note }: Context, jobId: string): () => void {
  const interrupted = () => {
    if (terminal.live) terminal.redraw(undefined);
    note(`The job goes on. Look again with: dropscore job watch ${jobId}`);
    process.exit(EXIT.interrupted);
  };
  process.once('SIGINT', interrupted);
  return () => process.off('SIGINT', interrupted);
}
