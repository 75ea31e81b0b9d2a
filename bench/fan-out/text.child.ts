/** Fans a CSV file out in one way, and prints what it took when a process is warm: WAY FILE SMALL_FILE. */
import { printMeasured } from '../measured.ts';
import { sendJsonRows } from './json-rows.ts';
import { fanOutFile } from './world.ts';

const [way, file = '', smallFile = ''] = process.argv.slice(2);
const FEATURES = Array.from({ length: 20 }, (_, i) => `column_${i}`);

const fanOutOnce = (path: string): Promise<{ rows: number; messages: number; messageBytes: number }> =>
  way === 'dropscore' ? fanOutFile(path, 'incoming/tumours/a.csv', FEATURES) : sendJsonRows(path);

fanOutOnce(smallFile).then(() => printMeasured(() => fanOutOnce(file)));
