import type { ModelManifest, Output, Score } from '../../contracts/generated/types.ts';
import { sourceTitle } from './source-title.ts';

type Cell = string | number | boolean | undefined;

export interface ScoreColumn {
  title: string;
  cell(score: Score): Cell;
}

/** What of a manifest decides the columns of its scores. */
export type ScoredModel = Pick<ModelManifest, 'idColumn' | 'passthrough' | 'output' | 'golden'>;

/** What decides them too, and is not always in the manifest. */
export interface Outcome {
  /** As probabilities are named for; none where the model does not classify. */
  classNames: readonly string[];
  /** Whether a score stands beside the prediction. */
  hasScore: boolean;
  /** Whether the rows stand on lines of the source. */
  hasLines: boolean;
}

/** Regressions, classes and clusters have a prediction; an embedding has a vector, and several outputs a column each. */
export const hasPrediction = ({ kind }: Output): boolean => kind !== 'embedding' && kind !== 'multi';

/** The columns of a model's exports, in the order that the result files have; those the model has not are left out. */
export function scoreColumns(
  { idColumn, passthrough = [], output }: ScoredModel,
  { classNames, hasScore, hasLines }: Outcome,
): ScoreColumn[] {
  const { kind, tiers, names = [] } = output;
  const when = (has: boolean, column: ScoreColumn) => (has ? [column] : []);
  return [
    { title: 'row', cell: ({ row }) => row },
    ...when(hasLines, { title: 'line', cell: ({ line }) => line }),
    ...(idColumn === undefined
      ? []
      : [{ title: sourceTitle(idColumn), cell: ({ recordId }: Score) => recordId }]),
    ...when(hasPrediction(output), {
      title: 'prediction',
      cell: ({ prediction }) => (kind === 'regression' ? asNumber(prediction) : prediction),
    }),
    ...when(hasScore, { title: 'score', cell: ({ score }) => asNumber(score) }),
    ...when(tiers !== undefined, { title: 'tier', cell: ({ tier }) => tier }),
    ...classNames.map(probabilityColumn),
    ...(kind === 'multi' ? names.map(outputColumn) : []),
    ...when(kind === 'embedding', {
      title: 'vector',
      cell: ({ vector }) => vector && JSON.stringify(vector),
    }),
    { title: 'error_code', cell: ({ error }) => error?.code },
    { title: 'error_column', cell: ({ error }) => error?.column },
    { title: 'error_message', cell: ({ error }) => error?.message },
    ...passthrough
      .filter((name) => name !== idColumn)
      .map((name) => ({ title: sourceTitle(name), cell: (score: Score) => score.passthrough?.[name] })),
  ];
}

/** The classes as probabilities are named for: by the manifest's labels. Undefined where the manifest does not list them. */
export function classNames({ kind, classes, labels = {} }: Output): string[] | undefined {
  if (kind !== 'binary' && kind !== 'multiclass') return [];
  return classes?.map((value) => labels[String(value)] ?? String(value));
}

const probabilityColumn = (name: string): ScoreColumn => ({
  title: `proba_${name}`,
  cell: ({ probabilities }) => asNumber(probabilities?.[name]),
});

const outputColumn = (name: string): ScoreColumn => ({
  title: `output_${name}`,
  cell: ({ outputs }) => outputs?.[name],
});

/** A double outside DynamoDB's range is stored as a decimal string, but is no text. */
export function asNumber(value: Cell): Cell {
  return typeof value === 'string' && value !== '' ? Number(value) : value;
}

/** A score for programs: every number a JSON number. */
export function scoreAsJson(score: Score): Score {
  const { probabilities, outputs } = score;
  return {
    ...score,
    ...(score.score !== undefined && { score: asNumber(score.score) as number }),
    ...(probabilities && { probabilities: mapValues(probabilities, (share) => asNumber(share) as number) }),
    ...(outputs && { outputs: mapValues(outputs, numberOrLabel) }),
  };
}

/** An output that is a text may be a label; only a decimal that no number of DynamoDB holds is a number after all. */
function numberOrLabel(value: string | number | boolean): string | number | boolean {
  const number = typeof value === 'string' && DECIMAL.test(value) ? Number(value) : 0;
  return number !== 0 && (Math.abs(number) < 1e-130 || Math.abs(number) >= 1e126) ? number : value;
}

const DECIMAL = /^-?\d+(?:\.\d+)?e[+-]\d{3}$/;

function mapValues<From, To>(values: Record<string, From>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}
