import Papa from 'papaparse';

/**
 * Text that a spreadsheet would run as a formula gets an apostrophe before it. What is written as a number is
 * none: -0.42 stays -0.42, also where it is an id.
 */
const FORMULA = /^(?![+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$)[=+\-@\t\r]/;

/** Lines of CSV, each ended by LF. */
export function csvLines(rows: readonly (readonly unknown[])[]): string {
  if (rows.length === 0) return '';
  return `${Papa.unparse(rows as unknown[][], { escapeFormulae: FORMULA, newline: '\n' })}\n`;
}

export function parseCsv(text: string): string[][] {
  return Papa.parse<string[]>(text, { delimiter: ',', skipEmptyLines: true }).data;
}
