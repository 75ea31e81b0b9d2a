/** Fans an array out whose rows are read in place, a sparse file since nobody reads them, and prints what it took: FILE ROWS. */
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { arrayHead } from '../../test/unit/joblib-file.ts';
import { printMeasured } from '../measured.ts';
import { fanOutFile } from './world.ts';

const COLUMNS = 26;
const FEATURES = Array.from({ length: COLUMNS }, (_, i) => `f${i}`);

const [file = '', rows] = process.argv.slice(2);
writeArray(file, Number(rows));
printMeasured(() => fanOutFile(file, 'incoming/tumours/a.joblib', FEATURES));

/** As `joblib.dump` writes it. */
function writeArray(file: string, rows: number): void {
  const head = arrayHead(rows, COLUMNS);
  const size = head.length + rows * COLUMNS * 8 + 1;
  const target = openSync(file, 'w');
  writeSync(target, head);
  ftruncateSync(target, size - 1);
  writeSync(target, '.', size - 1);
  closeSync(target);
}
