import type { RescoreRun, StartMessage } from '../../contracts/generated/types.ts';
import { placesBelow } from '../../core/keys.ts';
import { endIfAllJobsEnded } from '../../core/rescore/end-run.ts';
import { type PastSource, pastSources } from '../../core/rescore/past-sources.ts';
import type { Outcome } from '../../core/rescore/run.ts';
import type { Runs } from '../../core/rescore/runs.ts';
import { type JudgeDependencies, type Judged, judge } from './judge.ts';

export interface ListDependencies extends JudgeDependencies {
  runs: Pick<Runs, 'readRun' | 'pastJobs' | 'advanceRun' | 'endListing' | 'completeRun'>;
  now(): string;
  /** Milliseconds until the invocation ends. */
  timeLeft(): number;
  sendStarts(messages: StartMessage[]): Promise<void>;
}

/** Sources looked at between two checkpoints: what a killed process does again, at most. */
const STEP = 50;
const RESERVE_MS = 20_000;
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
    const isListed = at.listed || ((await toTheEnd(at, dependencies)) && (await runs.endListing(at, now())));
    if (isListed) {
      await endIfAllJobsEnded(run.runId, dependencies);
      return 'listed';
    }
    if (timeLeft() < RESERVE_MS) return 'out_of_time';
  }
  return 'listed';
}

/** @returns whether every source was looked at; `run` is then as it was recorded last. */
async function toTheEnd(run: RescoreRun, dependencies: ListDependencies): Promise<boolean> {
  for await (const sources of stepsOf(run, dependencies)) {
    const step = await lookAt(sources, run, dependencies);
    if (!(await dependencies.runs.advanceRun(run, step, dependencies.now()))) return false;
    run.checkpoint = step.checkpoint;
    run.goneSources = step.goneSources;
    if (dependencies.timeLeft() < RESERVE_MS) return false;
  }
  return true;
}

async function* stepsOf(run: RescoreRun, { runs }: ListDependencies): AsyncGenerator<PastSource[]> {
  const { runId, modelName, version = 0, since, request, checkpoint } = run;
  const { prefix, sources } = request;
  const [first, last] = placesBelow(prefix);
  const jobs = runs.pastJobs(modelName, checkpoint ?? first, last);
  let step: PastSource[] = [];
  for await (const source of pastSources(jobs, { runId, version, sources, prefix, since })) {
    step.push(source);
    if (step.length < STEP) continue;
    yield step;
    step = [];
  }
  if (step.length > 0) yield step;
}

async function lookAt(sources: PastSource[], run: RescoreRun, dependencies: ListDependencies) {
  const judged = await judge(sources, run, dependencies);
  await dependencies.sendStarts(judged.flatMap((one) => startOf(one, run)));
  const gone = judged.filter(({ outcome }) => outcome === 'gone').map(({ source }) => source.source);
  return {
    checkpoint: sources.at(-1)?.place ?? '',
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
