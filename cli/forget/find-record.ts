import type { ObjectVersion } from '../../contracts/generated/types.ts';
import type { Place } from '../../core/forget-store.ts';
import { inBatches } from '../../core/in-batches.ts';
import { resultsOfModel } from '../../core/keys.ts';
import { forgetInPart, type PartRow } from '../../core/scores/forget-in-part.ts';
import { sourceTitle } from '../../core/scores/source-title.ts';
import type { Connection } from '../connection.ts';

const PARTS_AT_ONCE = 8;

/** A result file that holds the record. */
export interface HoldingPart {
  key: string;
  idTitle: string;
}

export interface FoundRecord {
  places: Place[];
  parts: HoldingPart[];
  /** Result files that nothing tells the columns of: their job is not in the ledger, or its manifest is gone. */
  unread: string[];
}

/**
 * Everything that was written of a record. The index tells the items; but files outlive items, some jobs write files alone, as shadows do, and an
 * id that repeats is not indexed, so every result file of the model is read as well.
 */
export async function findRecord(
  connection: Connection,
  model: string,
  recordId: string,
  onParts: (read: number) => void,
): Promise<FoundRecord> {
  const jobs = jobFacts(connection);
  const places = new Map<string, Place>();
  const parts: HoldingPart[] = [];
  const unread: string[] = [];
  const add = async ({ jobId, row, line }: PartRow & { jobId: string }) => {
    const source = (await jobs(jobId))?.source;
    if (source) places.set(`${jobId}#${row}`, { source, jobId, row, ...(line !== undefined && { line }) });
  };
  for await (const page of (await connection.scores()).scoresOfRecord(model, recordId))
    for (const score of page) await add(score);

  const store = await connection.forgetting();
  const look = async (key: string) => {
    const [, , jobId = ''] = key.split('/');
    const { hasManifest = false, idTitle } = (await jobs(jobId)) ?? {};
    if (!hasManifest) unread.push(key);
    if (idTitle === undefined) return;
    const read = await store.readResult(key);
    const found = read && (await forgetInPart(read.body, idTitle, recordId));
    if (!found) return;
    parts.push({ key, idTitle });
    for (const row of found.rows) await add({ ...row, jobId });
  };
  let read = 0;
  for await (const keys of inBatches(partKeys(connection, model), PARTS_AT_ONCE)) {
    await Promise.all(keys.map(look));
    read += keys.length;
    onParts(read);
  }
  return { places: [...places.values()], parts, unread };
}

async function* partKeys(connection: Connection, model: string): AsyncGenerator<string> {
  for (const isShadow of [false, true])
    for await (const key of (await connection.objects()).resultKeys(resultsOfModel(model, isShadow)))
      if (key.endsWith('.csv.gz')) yield key;
}

interface JobFacts {
  source: ObjectVersion;
  hasManifest: boolean;
  /** How its result files call the column of ids, where it has one. */
  idTitle?: string;
}

/** Of each job once. */
function jobFacts(connection: Connection): (jobId: string) => Promise<JobFacts | undefined> {
  const facts = new Map<string, Promise<JobFacts | undefined>>();
  const read = async (jobId: string): Promise<JobFacts | undefined> => {
    const view = await (await connection.ledger()).readJob(jobId);
    if (!view) return undefined;
    const { source, model } = view.job;
    const manifest = model && (await (await connection.models()).manifest(model.name, model.version));
    const { idColumn } = manifest ?? {};
    return {
      source,
      hasManifest: manifest !== undefined,
      ...(idColumn !== undefined && { idTitle: sourceTitle(idColumn) }),
    };
  };
  return (jobId) => {
    const known = facts.get(jobId) ?? read(jobId);
    facts.set(jobId, known);
    return known;
  };
}
