import { createReadStream } from 'node:fs';
import Papa from 'papaparse';
import { sendMessages } from '../../aws/sqs-sender.ts';
import { countingQueue } from './world.ts';

/** SQS's limit for a message, and for a batch. Fewer and larger messages are the kindest to this way. */
const MOST_MESSAGE_BYTES = 1024 * 1024;

/** The usual way: a CSV parser makes an object of each row, and the rows travel as JSON in messages as large as SQS takes. */
export async function sendJsonRows(
  file: string,
): Promise<{ rows: number; messages: number; messageBytes: number }> {
  const queue = countingQueue();
  let rows = 0;
  let waiting: string[] = [];
  let bytes = 2;
  const sends: Promise<void>[] = [];
  const flush = () => {
    sends.push(sendMessages(queue.client, 'chunks', [`[${waiting.join(',')}]`]));
    waiting = [];
    bytes = 2;
  };
  await parse(file, (row) => {
    const json = JSON.stringify(row);
    const size = Buffer.byteLength(json) + 1;
    if (bytes + size > MOST_MESSAGE_BYTES) flush();
    waiting.push(json);
    bytes += size;
    rows++;
  });
  if (waiting.length > 0) flush();
  await Promise.all(sends);
  return { rows, ...queue.sent };
}

/** papaparse is the fastest of the CSV parsers that were tried. */
const parse = (file: string, onRow: (row: unknown) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    Papa.parse(createReadStream(file), {
      header: true,
      skipEmptyLines: true,
      chunk: ({ data }) => data.forEach(onRow),
      complete: () => resolve(),
      error: reject,
    });
  });
