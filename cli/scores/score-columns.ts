import type { ModelManifest, Output, Score } from '../../contracts/generated/types.ts';
import { sourceTitle } from './source-title.ts';

type Cell = string | number | boolean | undefined;

export interface ScoreColumn {
  title: string;
  cell(score: Score): Cell;
}

/** What of a manifest decides the columns of its scores. */
export type ScoredModel = Pick<ModelManifest, 'idColumn' | 'passthrough' | 'output'>;

/**
 * The columns of a model's exports, in the order that the result files have; those the model has not are left out.
 *
 * @param classNames as `classNames` gives them, or as they were found among the scores.
 */
export function scoreColumns(
  { idColumn, passthrough = [], output }: ScoredModel,
  classNames: readonly string[],
): ScoreColumn[] {
  const classifies = output.kind !== 'regression';
  return [
    { title: 'row', cell: ({ row }) => row },
    { title: 'line', cell: ({ line }) => line },
    ...(idColumn === undefined
      ? []
      : [{ title: sourceTitle(idColumn), cell: ({ recordId }: Score) => recordId }]),
    { title: 'prediction', cell: ({ prediction }) => (classifies ? prediction : asNumber(prediction)) },
    ...(classifies ? [{ title: 'score', cell: ({ score }: Score) => asNumber(score) }] : []),
    ...(output.tiers ? [{ title: 'tier', cell: ({ tier }: Score) => tier }] : []),
    ...classNames.map(probabilityColumn),
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
  if (kind === 'regression') return [];
  return classes?.map((value) => labels[String(value)] ?? String(value));
}

const probabilityColumn = (name: string): ScoreColumn => ({
  title: `proba_${name}`,
  cell: ({ probabilities }) => asNumber(probabilities?.[name]),
});

/** A double outside DynamoDB's range is stored as a decimal string, but is no text. */
export function asNumber(value: Cell): Cell {
  return typeof value === 'string' && value !== '' ? Number(value) : value;
}

/** A score for programs: every number a JSON number. */
export function scoreAsJson(score: Score): Score {
  const { probabilities } = score;
  return {
    ...score,
    ...(score.score !== undefined && { score: asNumber(score.score) as number }),
    ...(probabilities && {
      probabilities: Object.fromEntries(
        Object.entries(probabilities).map(([name, value]) => [name, asNumber(value) as number]),
      ),
    }),
  };
}
