import type { Bench, Report, Size } from '../bench.ts';
import { bundle, inTemporaryFolder } from '../child.ts';
import { versionsOf } from '../machine.ts';
import { compareOnFiles } from './files.ts';
import { compareInMemory } from './memory.ts';
import { compareOnStreams } from './streams.ts';

const SIZES = {
  quick: { file: { bytes: 30e6, rounds: 1 }, memoryRounds: 3, stream: { bytes: [200e6, 1e9], rounds: 2 } },
  full: { file: { bytes: 200e6, rounds: 3 }, memoryRounds: 30, stream: { bytes: [200e6, 6e9], rounds: 5 } },
} as const;

/** What it costs to find the records of a file as fan-out does it, beside a bare count of newlines and two CSV parsers. */
export const splitter: Bench = { name: 'splitter', run };

async function run(size: Size): Promise<Report> {
  const { file, memoryRounds, stream } = SIZES[size];
  return inTemporaryFolder(async (folder) => {
    const reader = await bundle('bench/splitter/reader.child.ts', folder);
    const streamReader = await bundle('bench/splitter/stream.child.ts', folder);
    const inMemory = await bundle('bench/splitter/memory.child.ts', folder);
    const files = await compareOnFiles(folder, reader, file);
    const streams = await compareOnStreams(streamReader, stream);
    const memory = await compareInMemory(inMemory, memoryRounds);
    return {
      title: 'Splitter',
      about: about(file.bytes / 1e6),
      goals: [...files.goals, ...streams.goals],
      tables: [files.table, streams.table, memory],
      plots: [files.plot],
      notes: NOTES,
    };
  });
}

const about = (megabytes: number) => `\
What it costs to find the records of a file and to cut it into chunks of 20,000 rows or 8 MiB: fan-out's own code, from the header to the end. Each reader has
a process of its own and reads the same file from the page cache, in Node's buffers of 64 KiB; of each the run with the least CPU time counts.

A file has ${megabytes} MB of text: 20 numbers and 3 texts a row, about 200 bytes (*wide*: 2,000 numbers, 16 KB). In *quoted* one of the texts is, with a comma and
doubled quotes in it. *gz* is compressed at level 6, and every reader inflates it. papaparse makes an object a row and csv-parse an array: both do more than
find records, which is why neither is the splitter. ${versionsOf('papaparse', 'csv-parse')}.

The streams are read with fan-out's own S3 client, from a server that makes a text up as it is read and answers ranged GETs as S3 does. In memory, both go over the same 10 MB
in buffers of 64 KiB, again and again in turns; the best of each counts.`;

const NOTES = `\
- Beside its search for newlines the scanner looks for quotes and CR once in each buffer, and for what begins a record. Files and streams add what brings the bytes, to both alike, and
  two generators a piece to the splitter.
- Tried, and kept: whole records without quotes and CR are gone over in a loop that tells nobody of a record until a chunk is full: 5.2 → 9.0 GB/s of quote-free rows in memory, and
  a stream of 6 GB in two thirds of the time. A quoted field that follows a quoted field is entered at once, and the search for the end of plain bytes is a loop of its own: 0.88 → 1.16 GB/s
  with all quoted. A loop over bytes that does nothing else does 1.5.
- Tried, and left: \`indexOf\` for the next quote (0.6 GB/s where fields are short); doubled quotes without a change of state (no difference); four bytes at a time by \`Math.min\` (0.6), or two and four at a time in the loop
  (1.0); six at once before it (1.3 with all quoted, but 1.9 instead of 2.4 quoted).
- Of a stream, the kernel's share differs by a factor of four between runs of the same reader (0.7 to 3.8 s of 6 GB): it hands over what it has just received in less time than what has waited in the socket. A
  count of newlines that does nothing for 12 µs a piece more takes twice as long as one that does not, though that makes a third of the time.
- Both inflate a compressed file, and inflating is most of what the splitter does there: nothing could be more than about seven times as fast as papaparse. The copy that a chunk is staged from takes
  less than can be told from noise; larger buffers of inflated text (512 KiB, 1 MiB) and smaller ones (64 and 128 KiB) make no difference.
- One thread collects garbage, as with one processor. With helper threads, on a busy machine, a stream of 6 GB peaked 20 to 55 MB above one of 200 MB, for the splitter and for the newline
  count alike: buffers that are done with waited for a thread to free them. A smaller young generation (\`--max-semi-space-size=1\`) takes some 10 to 20 MB and a quarter
  of the CPU time off as well. It is not set: whether Lambda lets it through to Node could not be tried here.`;
