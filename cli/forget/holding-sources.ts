import type { ObjectVersion } from '../../contracts/generated/types.ts';
import type { Place } from '../../core/forget-store.ts';
import type { Connection } from '../connection.ts';

export type HoldingSource = ObjectVersion & Pick<Place, 'row' | 'line'>;

export function union(...lists: readonly (readonly Place[])[]): Place[] {
  const byRow = new Map(lists.flat().map((place) => [`${place.jobId}#${place.row}`, place]));
  return [...byRow.values()];
}

/** Each row of a source once, however many jobs scored it; only of versions that can still be read. */
export async function holdingSources(
  connection: Connection,
  places: readonly Place[],
): Promise<HoldingSource[]> {
  const objects = await connection.objects();
  const there = new Map<string, boolean>();
  const rows = new Map<string, HoldingSource>();
  for (const { source, row, line } of places) {
    const version = JSON.stringify([source.bucket, source.key, source.versionId]);
    const isThere = there.get(version) ?? (await objects.isThere(source));
    there.set(version, isThere);
    if (isThere) rows.set(`${version}#${row}`, { ...source, row, ...(line !== undefined && { line }) });
  }
  return [...rows.values()];
}
