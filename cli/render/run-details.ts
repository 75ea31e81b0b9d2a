import type { RescoreRun, RunSummary } from '../../contracts/generated/types.ts';
import type { Outcome, RunStatus } from '../../core/rescore/run.ts';
import { headlineWords } from './comparison.ts';
import { printable } from './printable.ts';
import { count, counted, duration, moment } from './quantities.ts';

const LABEL_WIDTH = 10;

export const RUN_STATUS_WORDS: Record<RunStatus, string> = {
  waiting: 'waiting for its turn',
  running: 'running',
  summarising: 'summing up what changed',
  completed: 'completed',
  completed_with_failures: 'completed with failures',
  failed: 'failed',
  cancelled: 'cancelled',
  skipped: 'skipped',
};

const LEFT_WORDS: [Outcome, string][] = [
  ['alreadyScored', 'scored by this version already'],
  ['deleted', 'deleted'],
  ['superseded', 'overwritten since'],
  ['unscored', 'never scored'],
  ['gone', 'gone for good'],
];

/** Why sources were not asked for: `2 deleted, 1 gone for good`; empty where all were. */
export const leftWords = (counts: Partial<Record<Outcome, number>>): string =>
  LEFT_WORDS.flatMap(([outcome, words]) =>
    counts[outcome] ? [`${count(counts[outcome])} ${words}`] : [],
  ).join(', ');

/** How far a run is: `12 of 40 jobs ended, 1 failed`. */
export function runProgress({ sent, listed, jobsCompleted, jobsFailed }: RescoreRun): string {
  const soFar = listed ? '' : '+';
  const failed = jobsFailed > 0 ? `, ${count(jobsFailed)} failed` : '';
  return `${count(jobsCompleted + jobsFailed)} of ${count(sent)}${soFar} jobs ended${failed}`;
}

/** A run for people. */
export function runDetails(run: RescoreRun, summary?: RunSummary): string {
  const { request, reason, goneSources } = run;
  const lines = [
    ['run', run.runId],
    ['status', RUN_STATUS_WORDS[run.status] + (reason ? `: ${reason.message}` : '')],
    ['model', run.modelName + (run.version === undefined ? '' : `@${run.version}`)],
    ['sources', boundsWords(run)],
    ['found', count(run.found)],
    ['left', leftWords(run)],
    ['jobs', runProgress(run)],
    ['changed', summary ? changedWords(summary) : ''],
    ['created', `${moment(run.createdAt)} by ${request.requestedBy}`],
    ['time', run.endedAt ? duration(Date.parse(run.endedAt) - Date.parse(run.createdAt)) : ''],
    ...goneSources.map(({ key, versionId }) => ['gone', `${key} (version ${versionId})`]),
    ...(run.gone > goneSources.length ? [['', `and ${count(run.gone - goneSources.length)} more`]] : []),
  ].filter(([, text]) => text !== '');
  return lines.map(([label = '', text = '']) => label.padEnd(LABEL_WIDTH) + printable(text)).join('\n');
}

function changedWords({ comparison, uncompared }: RunSummary): string {
  const without = uncompared > 0 ? [`${counted(uncompared, 'job')} without a comparison`] : [];
  return [...(comparison.jobs > 0 ? [headlineWords(comparison)] : []), ...without].join('; ');
}

function boundsWords({ request, since }: RescoreRun): string {
  const { scope, sources, prefix, maxAgeDays } = request;
  return [
    sources === 'newest' ? 'the newest version of each key' : 'every version',
    scope === 'changed' ? 'without scores of this version' : 'scored already or not',
    ...(prefix === undefined ? [] : [`below ${prefix}`]),
    ...(since === undefined
      ? maxAgeDays === undefined
        ? []
        : [`of the last ${counted(maxAgeDays, 'day')}`]
      : [`since ${moment(since)}`]),
  ].join(', ');
}
