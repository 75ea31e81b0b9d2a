import type { RescoreRun } from '../../contracts/generated/types.ts';
import { inBatches } from '../in-batches.ts';
import { placesBelow } from '../keys.ts';
import { type JudgeDependencies, type Judged, judge } from './judge.ts';
import { type PastSource, pastSources } from './past-sources.ts';
import type { Runs } from './runs.ts';

export interface LookDependencies extends JudgeDependencies {
  runs: Pick<Runs, 'pastJobs'>;
}

/** Of a run, what says where to look and what for. */
export type Looking = Pick<
  RescoreRun,
  'runId' | 'modelName' | 'version' | 'since' | 'request' | 'checkpoint'
>;

/** Sources looked at between two checkpoints: what a killed process does again, at most. */
const STEP = 50;

/** Looks at a model's past sources from the checkpoint on, step by step: one step is in memory at a time. */
export async function* judgedSteps(run: Looking, dependencies: LookDependencies): AsyncGenerator<Judged[]> {
  for await (const sources of inBatches(sourcesOf(run, dependencies), STEP))
    yield judge(sources, run, dependencies);
}

function sourcesOf(run: Looking, { runs }: LookDependencies): AsyncGenerator<PastSource> {
  const { runId, modelName, version = 0, since, request, checkpoint } = run;
  const { prefix, sources } = request;
  const [first, last] = placesBelow(prefix);
  const jobs = runs.pastJobs(modelName, checkpoint ?? first, last);
  return pastSources(jobs, { runId, version, sources, prefix, since });
}

/** The later of both bounds of a request; undefined where it has none. */
export function sinceOf({ since, maxAgeDays }: RescoreRun['request'], createdAt: string): string | undefined {
  const bounds = [
    ...(since === undefined ? [] : [new Date(since).toISOString()]),
    ...(maxAgeDays === undefined
      ? []
      : [new Date(Date.parse(createdAt) - maxAgeDays * DAY_MS).toISOString()]),
  ];
  return bounds.sort().at(-1);
}

const DAY_MS = 86_400_000;
