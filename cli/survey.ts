import { judgedSteps, type Looking } from '../core/rescore/judged-steps.ts';
import { OUTCOMES, type Outcome } from '../core/rescore/run.ts';
import type { Connection } from './connection.ts';
import type { SourcesByRows } from './forecast/forecast-run.ts';

/** What a run would come to. */
export type Survey = Record<Outcome, number> & {
  /** Of the sources that would be scored. */
  rows: number;
  /** Sources whose rows nobody has counted yet. */
  rowsUnknown: number;
};

/** A survey, and how many of the sources have so many rows. */
export interface Surveyed {
  found: Survey;
  sourcesByRows: SourcesByRows;
}

/** Looks at past sources as the rescore function does, by the same code, and asks for none. */
export async function survey(looking: Looking, connection: Connection): Promise<Surveyed> {
  const [runs, ledger, objects] = await Promise.all([
    connection.runs(),
    connection.ledger(),
    connection.objects(),
  ]);
  const found = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  const result: Survey = { ...found, rows: 0, rowsUnknown: 0 };
  const sourcesByRows = new Map<number, number>();
  const steps = judgedSteps(looking, {
    runs,
    ledger,
    async describe({ bucket, key, versionId }) {
      if (versionId === undefined) {
        const object = await objects.newestVersion(bucket, key);
        return object && { object };
      }
      const object = { bucket, key, versionId };
      return (await objects.isThere(object)) ? { object } : undefined;
    },
  });
  for await (const step of steps)
    for (const { outcome, rows } of step) {
      result[outcome]++;
      if (outcome !== 'sent') continue;
      if (rows === undefined) result.rowsUnknown++;
      else {
        result.rows += rows;
        sourcesByRows.set(rows, (sourcesByRows.get(rows) ?? 0) + 1);
      }
    }
  return { found: result, sourcesByRows };
}
