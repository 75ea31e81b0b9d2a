import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { RowError, Score } from '../../contracts/generated/types.ts';
import type { JobView } from '../job.ts';
import { parseCsv } from './csv.ts';
import { hasPrediction, type ScoredModel } from './score-columns.ts';
import { sourceTitle } from './source-title.ts';

const inflate = promisify(gunzip);

/**
 * Reads the scores of one chunk out of its result file, for a job that writes files only. A file holds text: numbers and
 * classes get their type back from the manifest.
 */
export async function readResultPart(
  compressed: Buffer,
  { job }: JobView,
  model: ScoredModel,
): Promise<Score[]> {
  const [header = [], ...rows] = parseCsv((await inflate(compressed)).toString('utf8'));
  const { idColumn, passthrough = [] } = model;
  const readOutcome = outcomeReader(model);
  const shared = {
    jobId: job.jobId,
    model: job.modelName,
    version: job.model?.version ?? 0,
    sourceTime: job.sourceTime,
  };
  return rows.map((row) => {
    const cells = new Map(header.flatMap((title, i) => (row[i] ? [[title, row[i]] as const] : [])));
    const kept = passthrough.flatMap((name) => {
      const text = cells.get(sourceTitle(name));
      return text === undefined ? [] : [[name, text]];
    });
    const recordId = idColumn === undefined ? undefined : cells.get(sourceTitle(idColumn));
    const line = cells.get('line');
    const place = line === undefined ? {} : { line: Number(line) };
    return {
      ...shared,
      row: Number(cells.get('row')),
      ...place,
      ...(recordId !== undefined && { recordId }),
      ...(kept.length > 0 && { passthrough: Object.fromEntries(kept) }),
      ...(cells.has('error_code') ? { error: { ...errorOf(cells), ...place } } : readOutcome(cells)),
    };
  });
}

type Cells = ReadonlyMap<string, string>;

const PROBABILITY = 'proba_';

function outcomeReader(model: ScoredModel): (cells: Cells) => Partial<Score> {
  const readPrediction = predictionReader(model.output);
  const readOutput = outputReaders(model);
  return (cells) => {
    const [score, tier, vector] = [cells.get('score'), cells.get('tier'), cells.get('vector')];
    const probabilities = [...cells].flatMap(([title, text]) =>
      title.startsWith(PROBABILITY) ? [[title.slice(PROBABILITY.length), Number(text)] as const] : [],
    );
    const outputs = readOutput.map(
      ([name, read]) => [name, read(cells.get(`output_${name}`) ?? '')] as const,
    );
    return {
      ...(hasPrediction(model.output) && { prediction: readPrediction(cells.get('prediction') ?? '') }),
      ...(score !== undefined && { score: Number(score) }),
      ...(tier !== undefined && { tier }),
      ...(probabilities.length > 0 && { probabilities: Object.fromEntries(probabilities) }),
      ...(outputs.length > 0 && { outputs: Object.fromEntries(outputs) }),
      ...(vector !== undefined && { vector: JSON.parse(vector) as number[] }),
    };
  };
}

type Reader = (text: string) => number | string | boolean;

/** A class that has a label reads as that; another as the model holds it, which may be a number. */
function predictionReader({ kind, classes = [], labels = {} }: ScoredModel['output']): Reader {
  if (kind === 'regression' || kind === 'cluster') return Number;
  const unlabelled = classes.filter((value) => labels[String(value)] === undefined);
  const typed = new Map(unlabelled.map((value) => [String(value), value]));
  return (text: string) => typed.get(text) ?? text;
}

/** The golden rows tell the type of each of several outputs: "7" may be a label. Without them it is a number. */
function outputReaders({ output: { kind, names = [] }, golden }: ScoredModel): [string, Reader][] {
  const example = golden?.outputs[0]?.outputs ?? [];
  return kind === 'multi' ? names.map((name, i) => [name, readerLike(example[i])]) : [];
}

function readerLike(example: number | string | boolean | undefined): Reader {
  if (typeof example === 'number') return Number;
  if (typeof example === 'boolean') return (text) => text === 'true';
  if (typeof example === 'string') return (text) => text;
  return (text) => (text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text));
}

function errorOf(cells: Cells): RowError {
  const code = cells.get('error_code') as RowError['code'];
  const column = cells.get('error_column');
  return { code, message: cells.get('error_message') ?? code, ...(column !== undefined && { column }) };
}
