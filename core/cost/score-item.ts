import type { Job, ModelManifest, Output } from '../../contracts/generated/types.ts';
import { recordOrder, recordPartition, scorePartition } from '../keys.ts';
import { LONG_NUMBER } from './item-size.ts';

/** Of a row, what its item repeats. */
export interface SampledRow {
  row: number;
  /** Undefined where the source has no lines. */
  line?: number | undefined;
  /** Empty, or undefined, where the row has none. */
  recordId?: string | undefined;
  passthrough: Record<string, string>;
}

/**
 * The item that a row will be in the Scores table, as long as it may become: numbers with all their digits, the longest of the
 * classes and tiers. Its size is what matters, and the predictor writes it by the same rules.
 */
export function scoreItem(
  { jobId, sourceTime, settings }: Pick<Job, 'jobId' | 'sourceTime' | 'settings'>,
  { name, version, output }: Pick<ModelManifest, 'name' | 'version' | 'output'>,
  { row, line, recordId, passthrough }: SampledRow,
): Record<string, unknown> {
  return {
    ...{ pk: scorePartition(jobId, row), sk: row, jobId, model: name, version, sourceTime, row },
    ...(settings.expiresAt !== undefined && { expiresAt: settings.expiresAt }),
    ...(line !== undefined && { line }),
    ...(recordId && {
      recordId,
      record: recordPartition(name, recordId),
      recordOrder: recordOrder(sourceTime, version, jobId, row),
    }),
    ...(Object.keys(passthrough).length > 0 && { passthrough }),
    ...scoreOf(output),
  };
}

function scoreOf({
  kind,
  tiers = [],
  names = [],
  dimension = 0,
  ...output
}: Output): Record<string, unknown> {
  if (kind === 'embedding') return { vector: new Uint8Array(4 * dimension) };
  if (kind === 'multi') return { outputs: numbersFor(names) };
  const classes = classNames(output);
  return {
    prediction: kind === 'regression' ? LONG_NUMBER : longest(classes),
    ...(kind !== 'regression' && { score: LONG_NUMBER }),
    ...(tiers.length > 0 && { tier: longest(tiers.map(({ name }) => name)) }),
    ...(classes.length > 0 && { probabilities: numbersFor(classes) }),
  };
}

/** As people read them: a class may have a label. */
export const classNames = ({ classes = [], labels = {} }: Pick<Output, 'classes' | 'labels'>): string[] =>
  classes.map((value) => labels[String(value)] ?? String(value));

const numbersFor = (names: readonly string[]): Record<string, number> =>
  Object.fromEntries(names.map((name) => [name, LONG_NUMBER]));

const longest = (texts: readonly string[]): string =>
  texts.reduce((found, text) => (Buffer.byteLength(text) > Buffer.byteLength(found) ? text : found), '');
