import type { ModelManifest } from '../../contracts/generated/types.ts';
import { checkColumns, neededColumns } from '../../core/csv/columns.ts';
import { refuseBinary } from '../../core/csv/content.ts';
import { detectDialect } from '../../core/csv/dialect.ts';
import { findHeader, type Header } from '../../core/csv/header.ts';
import type { Sample } from '../../core/csv/sample.ts';
import { firstBytesOf } from '../../core/first-bytes.ts';
import { stagedHeaderKey } from '../../core/keys.ts';
import type { Findings } from '../../core/open-job.ts';
import { inflate } from './inflate.ts';
import type { FoundSource } from './inspect.ts';
import type { OriginDependencies } from './origins/origin.ts';

export interface InspectCsvDependencies extends Pick<OriginDependencies, 'read' | 'stage'> {
  settings: { maxInflatedBytes: number; maxRecordBytes: number };
}

/** Enough records behind the header to detect a dialect by. */
const SAMPLE_BYTES = 64 * 1024;

/**
 * Finds dialect and header of a CSV source, plain or compressed, and compares the columns with the model's.
 *
 * @throws InputRejected with the reason for which the source can never be scored.
 */
export async function inspectCsv(
  findings: Findings,
  found: FoundSource,
  manifest: ModelManifest,
  dependencies: InspectCsvDependencies,
): Promise<void> {
  const isCompressed = findings.format === 'csv.gz';
  const sample = await firstBytes(found, isCompressed, dependencies);
  refuseBinary(sample);

  const { dialect, notes } = dialectOf(sample, found.source.key, manifest);
  findings.dialect = dialect;
  findings.notes.push(...notes);
  const header = findHeader(sample, dialect.delimiter);
  findings.firstRecord = { byte: header?.byteEnd ?? sample.bytes.length, line: header?.nextLine ?? 1 };
  if (!header) return;
  findings.notes.push(...checkColumns(header.names, neededColumns(manifest)));
  findings.header = await headerRange(found, isCompressed, header, sample, dependencies);
}

/** As many bytes as the longest record that is accepted, so that a header is always found if there is one. */
async function firstBytes(
  found: FoundSource,
  isCompressed: boolean,
  { read, settings }: InspectCsvDependencies,
): Promise<Sample> {
  const wanted = settings.maxRecordBytes + SAMPLE_BYTES;
  const stored = read(found.source, 0);
  const text = isCompressed ? inflate(stored, found.facts.bytes, settings.maxInflatedBytes) : stored;
  const bytes = await firstBytesOf(text, wanted + 1);
  return { bytes: bytes.subarray(0, wanted), complete: bytes.length <= wanted };
}

function dialectOf(sample: Sample, key: string, manifest: ModelManifest) {
  if (manifest.dialect) return { dialect: manifest.dialect, notes: [] };
  const { dialect, note } = detectDialect(sample, key, manifest);
  return { dialect, notes: [note] };
}

/** Compressed text has no byte ranges, so its header is staged like its chunks. */
async function headerRange(
  { jobId, source }: FoundSource,
  isCompressed: boolean,
  { byteStart, byteEnd }: Header,
  sample: Sample,
  { stage }: InspectCsvDependencies,
) {
  if (!isCompressed) return { object: source, byteStart, byteEnd };
  const text = sample.bytes.subarray(byteStart, byteEnd);
  return { object: await stage(stagedHeaderKey(jobId), text), byteStart: 0, byteEnd: text.length };
}
