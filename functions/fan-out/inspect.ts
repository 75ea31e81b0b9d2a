import type { PinnedModel } from '../../contracts/generated/types.ts';
import { refuseBinary } from '../../core/csv/content.ts';
import { InputRejected, isInputRejected } from '../../core/errors.ts';
import { firstBytesOf } from '../../core/first-bytes.ts';
import type { ModelRegistry, ShadowPointers } from '../../core/model-registry.ts';
import type { Findings, PinnedRequest } from '../../core/open-job.ts';
import { pinModel, shadowVersion } from '../../core/pin-model.ts';
import { FORMAT_HEAD_BYTES, recogniseFormat } from '../../core/source-format.ts';
import { type InspectCsvDependencies, inspectCsv } from './inspect-csv.ts';
import { inspectJoblib } from './inspect-joblib.ts';

export interface InspectDependencies extends InspectCsvDependencies {
  models: ModelRegistry & ShadowPointers;
  /** The runtimes that this deployment has a chunk queue for. */
  runtimes: readonly string[];
  settings: InspectCsvDependencies['settings'] & { inputBucket: string };
}

export type FoundSource = Required<PinnedRequest>;

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
  const { models, runtimes, read, settings } = dependencies;
  const found = requireSource(pinned, settings.inputBucket);
  const { model, manifest } = await pinModel(pinned.modelName, pinned.request.version, models);
  findings.model = model;
  if (manifest.chunkRows !== undefined) findings.chunkRows = manifest.chunkRows;
  if (manifest.toleratedErrors !== undefined) findings.toleratedErrors = manifest.toleratedErrors;
  if (pinned.request.version === undefined) await pinShadow(findings, model, models);
  if (!runtimes.includes(model.runtime)) throw unknownRuntime(model.runtime, runtimes);

  // S3 refuses any range of an empty object.
  const headBytes = Math.min(found.facts.bytes, FORMAT_HEAD_BYTES);
  const head =
    headBytes > 0 ? await firstBytesOf(read(found.source, 0, headBytes), headBytes) : Buffer.alloc(0);
  const { format, notes } = recogniseFormat(found.source.key, head);
  findings.format = format;
  if (format === 'csv') refuseBinary({ bytes: head, complete: head.length === found.facts.bytes });
  findings.notes.push(...notes);
  if (format === 'joblib') await inspectJoblib(findings, found, manifest, head, read);
  else await inspectCsv(findings, found, manifest, dependencies);
}

/** A pointer that cannot be read keeps no file from being scored. */
async function pinShadow(findings: Findings, model: PinnedModel, models: ShadowPointers): Promise<void> {
  try {
    const shadow = await shadowVersion(model, models);
    if (shadow !== undefined) findings.shadow = shadow;
  } catch (error) {
    if (!isInputRejected(error)) throw error;
    findings.notes.push(`No shadow is scored. ${error.message}`);
  }
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

function unknownRuntime(runtime: string, runtimes: readonly string[]): InputRejected {
  const message = `The model needs the runtime ${runtime}, and this deployment has ${runtimes.join(', ')}: add it to the settings, or publish the model for one of these.`;
  return new InputRejected('unknown_runtime', message);
}
