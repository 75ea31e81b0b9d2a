/** Reads an object of the bench's own S3 as fan-out does, by a ranged GET, and prints what it took: WAY ENDPOINT BYTES. */
import { s3Client } from '../../aws/clients.ts';
import { readObject } from '../../aws/s3-objects.ts';
import { SOURCE } from '../../test/unit/factories.ts';
import { printMeasured } from '../measured.ts';
import { newlinesIn } from './readers.ts';
import { recordsSplit } from './split.ts';

const [way, endpoint = '', bytes] = process.argv.slice(2);
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const s3 = s3Client({ endpoint, region: 'us-east-1', credentials });
const read = (from: number, to?: number) => readObject(s3, SOURCE, from, to);

printMeasured(() =>
  way === 'newlines' ? newlinesIn(read(1)) : recordsSplit({ format: 'csv', bytes: Number(bytes), read }),
);
