/** Reads a file in one way, and prints what it took: READER FILE. */
import { printMeasured } from '../measured.ts';
import { type ReaderName, readers } from './readers.ts';

const [reader, file = ''] = process.argv.slice(2);
printMeasured(() => readers[reader as ReaderName](file));
