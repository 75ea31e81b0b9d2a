import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import Papa from 'papaparse';
import { FORGOTTEN } from '../forgotten.ts';
import { parseCsv } from './csv.ts';

const inflate = promisify(gunzip);
const deflate = promisify(gzip);

/** What of a row tells where it is, and what kind of error it had: all that a forgotten one keeps. */
const KEPT = ['row', 'line', 'error_code', 'error_column'];

export interface PartRow {
  row: number;
  /** Absent where the source has no lines. */
  line?: number;
}

/**
 * A result file without a record: its rows keep their places and say that they were forgotten. Every other cell stays as it is.
 *
 * @param idTitle the column of ids.
 * @returns undefined where the file does not hold the record.
 */
export async function forgetInPart(
  compressed: Buffer,
  idTitle: string,
  recordId: string,
): Promise<{ part: Buffer; rows: PartRow[] } | undefined> {
  const text = (await inflate(compressed)).toString('utf8');
  // Most files do not hold it, and to parse one takes much longer than to look.
  if (!text.includes(recordId.replaceAll('"', '""'))) return undefined;
  const [header = [], ...lines] = parseCsv(text);
  const idPlace = header.indexOf(idTitle);
  const rows: PartRow[] = [];
  const kept = lines.map((cells) => {
    if (idPlace < 0 || cells[idPlace] !== recordId) return cells;
    const cellOf = (title: string) => cells[header.indexOf(title)] ?? '';
    rows.push({ row: Number(cellOf('row')), ...(cellOf('line') && { line: Number(cellOf('line')) }) });
    return header.map((title) => forgottenCell(title, cellOf(title)));
  });
  if (rows.length === 0) return undefined;
  return { part: await deflate(`${Papa.unparse([header, ...kept], { newline: '\n' })}\n`), rows };
}

function forgottenCell(title: string, cell: string): string {
  if (title === 'error_message') return FORGOTTEN;
  if (title === 'error_code') return cell || 'forgotten';
  return KEPT.includes(title) ? cell : '';
}
