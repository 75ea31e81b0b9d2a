import type { RescoreRun, StartMessage } from '../../contracts/generated/types.ts';
import type { Judged } from '../../core/rescore/judge.ts';
import { judgedSteps, type LookDependencies } from '../../core/rescore/judged-steps.ts';
import type { Outcome } from '../../core/rescore/run.ts';
import type { Runs } from '../../core/rescore/runs.ts';
import { RESERVE_MS } from './reserve.ts';

export interface ListDependencies extends LookDependencies {
  runs: Pick<Runs, 'readRun' | 'pastJobs' | 'advanceRun' | 'endListing'>;
  now(): string;
  /** Milliseconds until the invocation ends. */
  timeLeft(): number;
  sendStarts(messages: StartMessage[]): Promise<void>;
}

const GONE_SHOWN = 20;

/**
 * Goes on with a run from its checkpoint: looks at its model's past sources step by step, and asks for those that are wanted before the
 * checkpoint moves. Where another delivery is ahead, it goes on from there, since that one may have died.
 */
export async function list(
  run: RescoreRun,
  dependencies: ListDependencies,
): Promise<'listed' | 'out_of_time'> {
  const { runs, now, timeLeft } = dependencies;
  for (let at: RescoreRun | undefined = run; at?.status === 'running'; at = await runs.readRun(run.runId)) {
    if (at.listed) return 'listed';
    if ((await toTheEnd(at, dependencies)) && (await runs.endListing(at, now()))) return 'listed';
    if (timeLeft() < RESERVE_MS) return 'out_of_time';
  }
  return 'listed';
}

/** @returns whether every source was looked at; `run` is then as it was recorded last. */
async function toTheEnd(run: RescoreRun, dependencies: ListDependencies): Promise<boolean> {
  for await (const judged of judgedSteps({ ...run }, dependencies)) {
    const step = await askFor(judged, run, dependencies);
    if (!(await dependencies.runs.advanceRun(run, step, dependencies.now()))) return false;
    run.checkpoint = step.checkpoint;
    run.goneSources = step.goneSources;
    if (dependencies.timeLeft() < RESERVE_MS) return false;
  }
  return true;
}

/** A step's intake messages, before the checkpoint moves behind it. */
async function askFor(judged: readonly Judged[], run: RescoreRun, dependencies: ListDependencies) {
  await dependencies.sendStarts(judged.flatMap((one) => startOf(one, run)));
  const gone = judged.filter(({ outcome }) => outcome === 'gone').map(({ source }) => source.source);
  return {
    checkpoint: judged.at(-1)?.source.place ?? '',
    counts: countsOf(judged),
    goneSources: [...run.goneSources, ...gone].slice(0, GONE_SHOWN),
  };
}

function countsOf(judged: readonly Judged[]): Partial<Record<Outcome, number>> {
  const counts: Partial<Record<Outcome, number>> = {};
  for (const { outcome } of judged) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/** The source keeps its own time, by which a record's scores are in order. */
function startOf({ source, outcome, renews }: Judged, run: RescoreRun): StartMessage[] {
  if (outcome !== 'sent') return [];
  return [
    {
      type: 'start',
      source: { ...source.source, eventTime: source.sourceTime },
      model: run.modelName,
      ...(run.version !== undefined && { version: run.version }),
      requestedBy: run.request.requestedBy,
      runId: run.runId,
      ...(renews !== undefined && { renews }),
    },
  ];
}
