import type { JobForecast } from '../forecast/forecast-job.ts';
import { costTable, pricesWords } from './cost.ts';
import { printable } from './printable.ts';
import { bytes, count, counted, dollars, duration } from './quantities.ts';

const LABEL_WIDTH = 9;

const OUTPUT_WORDS = { rows: 'items', files: 'files', both: 'items and files' } as const;

/** What a job would come to, for people. */
export function forecastDetails(forecast: JobForecast, width?: number): string {
  const { job, rows, chunks, cost, usage } = forecast;
  const lines: [string, string][] = [
    ['source', `${job.source.key} (${bytes(job.sourceBytes)})`],
    ['model', `${job.modelName} version ${job.model?.version}`],
    [
      'rows',
      `${count(rows)} in ${counted(chunks, 'chunk')}, scored into ${OUTPUT_WORDS[job.settings.output]}`,
    ],
    ['time', timeWords(forecast)],
    ['cost', `${dollars(cost.total)}, ${pricesWords(cost)}`],
    ...heldLines(forecast),
    ...job.notes.map((note): [string, string] => ['note', note]),
  ];
  const told = lines.map(([label, text]) => label.padEnd(LABEL_WIDTH) + printable(text));
  return [...told, '', costTable(cost, usage, width)].join('\n');
}

function timeWords({ seconds, concurrency, writeUnitsPerSecond, pace, job }: JobForecast): string {
  const bounds = [
    `${counted(concurrency, 'predictor')} at once`,
    ...(job.settings.output === 'files' ? [] : [`${count(writeUnitsPerSecond)} write units a second`]),
    pace.jobId ? `the pace of job ${pace.jobId}` : 'an assumed pace, as no job like it is known',
  ];
  return `about ${duration(seconds * 1000)}: ${bounds.join(', ')}`;
}

function heldLines({ rows, job: { settings } }: JobForecast): [string, string][] {
  const { maxRowsPerJob: limit } = settings;
  return limit !== undefined && rows > limit
    ? [['held', `it would wait for an approval: this stack scores ${count(limit)} rows of a job without one`]]
    : [];
}
