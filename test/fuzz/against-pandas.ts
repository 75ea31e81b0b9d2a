import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { type ChunkSpan, ChunkSplitter } from '../../core/csv/chunk-splitter.ts';
import { findHeader } from '../../core/csv/header.ts';
import { RecordScanner } from '../../core/csv/record-scanner.ts';
import { fieldsOf } from '../../core/csv/sample.ts';
import { isInputRejected } from '../../core/errors.ts';
import { type CsvFile, csvFiles, type Mode } from './csv-files.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
export const python = process.env.DROPSCORE_PYTHON ?? `${root}.venv/bin/python`;
export const pythonIsThere = existsSync(python);

export interface FuzzReport {
  files: number;
  chunks: number;
  rows: number;
  /** How many files the scanner refused, by code; for each, pandas was asked as well. */
  rejected: Record<string, number>;
  /** Files on which scanner and pandas disagree, shortest first. */
  disagreements: string[];
}

/** More fields than any record of a generated file has. */
const REFUSED_WIDTH = 128;

interface Split {
  header: string[];
  headerEnd: number;
  /** Fields of the longest record. */
  width: number;
  spans: ChunkSpan[];
  /** The line of every record behind the header. */
  lines: number[];
}

interface Verdict {
  /** What pandas says to the whole file, where it refuses it. */
  error?: string;
  /** What does not agree. */
  problem?: string;
}

/**
 * Splits generated files, and has pandas read each as a whole and chunk by chunk: both must give the same rows, and as many
 * as the splitter counted. The predictor's own count of records and lines is compared along the way.
 */
export async function fuzzAgainstPandas(files: number, seed: number, mode: Mode): Promise<FuzzReport> {
  const report: FuzzReport = { files: 0, chunks: 0, rows: 0, rejected: {}, disagreements: [] };
  const asked = fc.sample(csvFiles[mode], { numRuns: files, seed }).map((file, i) => ({
    file,
    outcome: splitOrCode(file, limitsOf(mode, i)),
  }));
  let i = 0;
  for await (const verdict of askPandas(asked)) {
    const { file, outcome } = asked[i++] as (typeof asked)[number];
    const problem = disagreement(outcome, verdict);
    if (problem) report.disagreements.push(`${problem}: ${shown(file)}`);
    report.files++;
    if (typeof outcome === 'string') report.rejected[outcome] = (report.rejected[outcome] ?? 0) + 1;
    else {
      report.chunks += outcome.spans.length;
      report.rows += outcome.lines.length;
    }
  }
  if (i < asked.length)
    report.disagreements.push(`pandas came to its end at ${shown((asked[i] as { file: CsvFile }).file)}`);
  report.disagreements.sort((a, b) => a.length - b.length);
  return report;
}

interface Limits {
  chunkRows: number;
  chunkBytes: number;
}

/** Small enough for several chunks a file, and different from file to file. */
function limitsOf(mode: Mode, i: number): Limits {
  if (mode === 'large') return { chunkRows: 20_000, chunkBytes: 100_000 };
  return { chunkRows: 1 + (i % 3), chunkBytes: 4 + (i % 30) };
}

/** An ambiguous record is one that pandas itself reads otherwise than its neighbours: whatever it says explains the refusal. */
function disagreement(outcome: Split | string, { error, problem }: Verdict): string | undefined {
  if (outcome === 'ambiguous_record') return undefined;
  if (outcome === 'unterminated_quote')
    return error?.includes('inside string') ? undefined : `pandas reads it (${error})`;
  if (typeof outcome === 'string') return `unexpected ${outcome}`;
  return error ? `pandas refuses it with ${error}` : problem;
}

const shown = ({ delimiter, text }: CsvFile) => JSON.stringify([delimiter, text.toString().slice(0, 400)]);

function splitOrCode(file: CsvFile, limits: Limits): Split | string {
  try {
    return split(file, limits);
  } catch (error) {
    if (isInputRejected(error)) return error.code;
    throw error;
  }
}

function split({ delimiter, text }: CsvFile, limits: Limits): Split {
  const header = findHeader({ bytes: text, complete: true }, delimiter);
  if (!header) return { header: [], headerEnd: text.length, width: 1, spans: [], lines: [] };
  const options = { delimiter, maxRecordBytes: 1 << 20 };
  const { byteEnd: byte, nextLine: line } = header;
  const splitter = new ChunkSplitter({ ...options, ...limits, from: { byte, line, row: 0, chunk: 0 } });
  const lines: number[] = [];
  let width = header.names.length;
  const scanner = new RecordScanner({ ...options, from: { byte, line, row: 0 } }, (end) => {
    const record = scanner.record;
    lines.push(record.line);
    width = Math.max(width, fieldsOf(text.toString('utf8', record.byte, end), delimiter).length);
  });
  scanner.push(text.subarray(byte));
  scanner.end();
  const spans = splitter.push(text.subarray(byte));
  spans.push(...splitter.end().spans);
  return { header: header.names, headerEnd: byte, width, spans, lines };
}

async function* askPandas(
  asked: readonly { file: CsvFile; outcome: Split | string }[],
): AsyncGenerator<Verdict> {
  const script = fileURLToPath(new URL('pandas_rows.py', import.meta.url));
  const env = { ...process.env, PYTHONPATH: `${root}python-predictor/src` };
  const child = spawn(python, [script], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const questions = asked.map(({ file, outcome }) => {
    const { delimiter, text } = file;
    const parts = typeof outcome === 'string' ? { width: REFUSED_WIDTH } : outcome;
    return `${JSON.stringify({ delimiter, text: text.toString('base64'), ...parts })}\n`;
  });
  Readable.from(questions).pipe(child.stdin);
  for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line);
}
