/** Fans a CSV file out in one way, and prints what it took: WAY FILE. */
import { printMeasured } from '../measured.ts';
import { sendJsonRows } from './json-rows.ts';
import { fanOutFile } from './world.ts';

const [way, file = ''] = process.argv.slice(2);
const FEATURES = Array.from({ length: 20 }, (_, i) => `column_${i}`);

printMeasured<{ rows: number; messages: number; messageBytes: number }>(() =>
  way === 'dropscore' ? fanOutFile(file, 'incoming/tumours/a.csv', FEATURES) : sendJsonRows(file),
);
