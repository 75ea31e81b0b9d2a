import type { Explanation, PredictAnswer, Prediction } from '../../contracts/generated/types.ts';
import { hasLines } from '../../core/job.ts';
import type { FoundRow } from '../explain/find-row.ts';
import { outcomeWords } from './outcome-words.ts';
import { printable } from './printable.ts';
import { approximately, count, moment } from './quantities.ts';
import { table } from './table.ts';

const LABEL_WIDTH = 14;

type Value = number | string | boolean | null | undefined;

/** A row's score for people: what it is, what it was made of, and what each of its features adds to it. */
export function explanationText(
  found: FoundRow,
  { predictions: [prediction] = [], inputs, reason }: PredictAnswer,
  top: number,
  width?: number,
): string {
  const explanation = prediction?.explanation;
  const lines = [
    ...predictionLines(prediction, found),
    ...lineage(found),
    ['explained', explanation ? explanationWords(explanation) : ''],
    ['not explained', reason ? `${reason.message} [${reason.code}]` : ''],
  ].filter(([, text]) => text !== '');
  const rows = featureRows(explanation, inputs ?? {});
  const hidden = rows.length - top;
  return [
    ...lines.map(([label = '', text = '']) => label.padEnd(LABEL_WIDTH) + printable(text)),
    ...(rows.length > 0 ? ['', featureTable(rows.slice(0, top), explanation !== undefined, width)] : []),
    ...(hidden > 0 ? [`… and ${count(hidden)} more: --top ${rows.length}`] : []),
  ].join('\n');
}

function predictionLines(prediction: Prediction | undefined, { view: { job }, row }: FoundRow): string[][] {
  if (!prediction) return [];
  const { error, score, tier, recordId } = prediction;
  const outcome = outcomeWords({ ...prediction, jobId: job.jobId, row, sourceTime: job.sourceTime });
  return [
    [error ? 'error' : 'prediction', outcome],
    ['score', score === undefined ? '' : approximately(score)],
    ['tier', tier ?? ''],
    ['record', recordId ?? ''],
  ];
}

function lineage({ view: { job }, row, stored }: FoundRow): string[][] {
  const { source, model } = job;
  const line = hasLines(job) && stored?.line !== undefined ? `, line ${count(stored.line)}` : '';
  return [
    ['model', model ? `${model.name} version ${model.version}` : job.modelName],
    ['manifest', model ? `sha256 ${model.manifestSha256}` : ''],
    ['source', `s3://${source.bucket}/${source.key}`],
    ['versionId', source.versionId],
    ['row', `${count(row)}${line}`],
    ['job', job.jobId],
    ['dropped', moment(job.sourceTime)],
  ];
}

const UNITS: Record<Explanation['unit'], string> = {
  'log-odds': 'in log-odds',
  prediction: 'in the prediction’s own unit',
  log: 'in the logarithm of the prediction',
  margin: 'in the model’s raw output',
};

const explanationWords = ({ of, unit, base, output }: Explanation) =>
  `${of}, ${UNITS[unit]}: base ${approximately(base)}, with all contributions ${approximately(output)}`;

/** Contributions first, the greatest on top; then the inputs that have none of their own. */
function featureRows(explanation: Explanation | undefined, inputs: Record<string, Value>): string[][] {
  const told = explanation?.contributions ?? [];
  const names = new Set(told.map(({ feature }) => feature));
  return [
    ...told.map(({ feature, value, contribution }) => [feature, valueWords(value), signed(contribution)]),
    ...Object.entries(inputs)
      .filter(([name]) => !names.has(name))
      .map(([name, value]) => [name, valueWords(value), '']),
  ];
}

function featureTable(rows: string[][], isExplained: boolean, width: number | undefined): string {
  const columns = [{ title: 'FEATURE' }, { title: 'VALUE', shrinks: true }];
  return table(
    isExplained ? [...columns, { title: 'CONTRIBUTION', align: 'right' }] : columns,
    isExplained ? rows : rows.map((row) => row.slice(0, 2)),
    width,
  );
}

function valueWords(value: Value): string {
  if (value === null) return '(missing)';
  return typeof value === 'number' ? approximately(value) : String(value ?? '');
}

const signed = (value: number) => (value > 0 ? '+' : '') + approximately(value);
