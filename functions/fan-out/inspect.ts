import type { ModelManifest } from '../../contracts/generated/types.ts';
import { checkColumns } from '../../core/csv/columns.ts';
import { refuseBinary } from '../../core/csv/content.ts';
import { detectDialect } from '../../core/csv/dialect.ts';
import { findHeader, type Header } from '../../core/csv/header.ts';
import type { Sample } from '../../core/csv/sample.ts';
import { InputRejected, isInputRejected } from '../../core/errors.ts';
import { stagedHeaderKey } from '../../core/keys.ts';
import type { ModelRegistry } from '../../core/model-registry.ts';
import type { Findings, PinnedRequest } from '../../core/open-job.ts';
import { inflate } from './inflate.ts';
import type { OriginDependencies } from './origin.ts';
import { pinModel } from './pin-model.ts';

export interface InspectDependencies extends OriginDependencies {
  models: ModelRegistry;
  /** The runtimes that this deployment has a chunk queue for. */
  runtimes: readonly string[];
  settings: OriginDependencies['settings'] & { inputBucket: string; maxRecordBytes: number };
}

type Format = NonNullable<Findings['format']>;
type FoundSource = Required<PinnedRequest>;

/** Enough records behind the header to detect a dialect by. */
const SAMPLE_BYTES = 64 * 1024;

/**
 * Looks at a source and its model before a job is opened, so that a job starts with all it needs or fails with the reason.
 * Reads the source's first bytes only.
 */
export async function inspect(pinned: PinnedRequest, dependencies: InspectDependencies): Promise<Findings> {
  const findings: Findings = { notes: [] };
  try {
    await findInto(findings, pinned, dependencies);
  } catch (error) {
    if (!isInputRejected(error)) throw error;
    findings.rejected = error;
  }
  return findings;
}

/** @throws InputRejected with the reason for which the source can never be scored. */
async function findInto(
  findings: Findings,
  pinned: PinnedRequest,
  dependencies: InspectDependencies,
): Promise<void> {
  const found = requireSource(pinned, dependencies.settings.inputBucket);
  const { model, manifest } = await pinModel(pinned.modelName, pinned.request.version, dependencies.models);
  findings.model = model;
  if (manifest.chunkRows !== undefined) findings.chunkRows = manifest.chunkRows;
  if (!dependencies.runtimes.includes(model.runtime))
    throw unknownRuntime(model.runtime, dependencies.runtimes);
  const format = formatOf(found.source.key);
  findings.format = format;
  const sample = await firstBytes(found, format, dependencies);
  refuseBinary(sample);

  const { dialect, notes } = dialectOf(sample, found.source.key, manifest);
  findings.dialect = dialect;
  findings.notes.push(...notes);
  const header = findHeader(sample, dialect.delimiter);
  findings.firstRecord = { byte: header?.byteEnd ?? sample.bytes.length, line: header?.nextLine ?? 1 };
  if (!header) return;
  findings.notes.push(...checkColumns(header.names, manifest));
  findings.header = await headerRange(found, format, header, sample, dependencies);
}

function requireSource(pinned: PinnedRequest, inputBucket: string): FoundSource {
  const { source, facts } = pinned;
  if (source.bucket !== inputBucket) {
    throw new InputRejected(
      'foreign_bucket',
      'Files are only read from the input bucket: copy it there and drop it again.',
    );
  }
  if (!facts) {
    throw new InputRejected(
      'source_missing',
      `There is no object ${source.key}, or no such version of it: drop it again.`,
    );
  }
  return { ...pinned, facts };
}

function formatOf(key: string): Format {
  if (/\.(csv|tsv|tab|txt)\.gz$/i.test(key)) return 'csv.gz';
  if (/\.(csv|tsv|tab|txt)$/i.test(key)) return 'csv';
  const message = `${key.split('/').at(-1)} has no ending that is known: name it .csv, .tsv, .csv.gz or .tsv.gz and drop it again.`;
  throw new InputRejected('unsupported_format', message);
}

/** As many bytes as the longest record that is accepted, so that a header is always found if there is one. */
async function firstBytes(
  found: FoundSource,
  format: Format,
  dependencies: InspectDependencies,
): Promise<Sample> {
  const { maxRecordBytes, maxInflatedBytes } = dependencies.settings;
  const wanted = maxRecordBytes + SAMPLE_BYTES;
  const stored = dependencies.read(found.source, 0);
  const text = format === 'csv' ? stored : inflate(stored, found.facts.bytes, maxInflatedBytes);
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const piece of text) {
    kept.push(piece);
    bytes += piece.length;
    if (bytes > wanted) break;
  }
  return { bytes: Buffer.concat(kept).subarray(0, wanted), complete: bytes <= wanted };
}

function dialectOf(sample: Sample, key: string, manifest: ModelManifest) {
  if (manifest.dialect) return { dialect: manifest.dialect, notes: [] };
  const { dialect, note } = detectDialect(sample, key, manifest);
  return { dialect, notes: [note] };
}

/** Compressed text has no byte ranges, so its header is staged like its chunks. */
async function headerRange(
  { jobId, source }: FoundSource,
  format: Format,
  { byteStart, byteEnd }: Header,
  sample: Sample,
  { stage }: InspectDependencies,
) {
  if (format === 'csv') return { object: source, byteStart, byteEnd };
  const text = sample.bytes.subarray(byteStart, byteEnd);
  return { object: await stage(stagedHeaderKey(jobId), text), byteStart: 0, byteEnd: text.length };
}

function unknownRuntime(runtime: string, runtimes: readonly string[]): InputRejected {
  const message = `The model needs the runtime ${runtime}, and this deployment has ${runtimes.join(', ')}: add it to the settings, or publish the model for one of these.`;
  return new InputRejected('unknown_runtime', message);
}
