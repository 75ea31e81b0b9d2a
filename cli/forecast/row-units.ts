import type { Job, ModelManifest } from '../../contracts/generated/types.ts';
import type { RowUnits } from '../../core/cost/forecast.ts';
import { itemBytes, writeUnits } from '../../core/cost/item-size.ts';
import { type SampledRow, scoreItem } from '../../core/cost/score-item.ts';
import { fieldsOf, sampleRecords } from '../../core/csv/sample.ts';
import type { SplitSource } from './split-source.ts';

const ROWS_A_CHUNK = 50;

/** What the items of a source’s rows take on average, by the sizes that those of a sample will have. */
export const rowUnits = (split: SplitSource, manifest: ModelManifest): RowUnits =>
  meanUnits(split.job, manifest, rowsOf(split, manifest));

/** What they take where nothing of the source is read: with an id where the model has them, and no texts. */
export const typicalRowUnits = (job: Job, manifest: ModelManifest): RowUnits =>
  meanUnits(job, manifest, [{ row: 0, recordId: manifest.idColumn && AN_ID, passthrough: {} }]);

const AN_ID = '0'.repeat(24);

function meanUnits(job: Job, manifest: ModelManifest, rows: readonly SampledRow[]): RowUnits {
  const units = rows.map((row) => {
    const rowWriteUnits = writeUnits(itemBytes(scoreItem(job, manifest, row)));
    return { rowWriteUnits, indexWriteUnits: row.recordId ? rowWriteUnits : 0 };
  });
  const mean = (of: (one: RowUnits) => number) => units.reduce((sum, one) => sum + of(one), 0) / units.length;
  return {
    rowWriteUnits: mean((one) => one.rowWriteUnits),
    indexWriteUnits: mean((one) => one.indexWriteUnits),
  };
}

/** At least one: rows of an array have neither ids nor texts, and are all alike. */
function rowsOf(
  { job, header, texts }: SplitSource,
  { idColumn, passthrough = [] }: ModelManifest,
): SampledRow[] {
  const delimiter = job.dialect?.delimiter ?? ',';
  const names = fieldsOf(header.toString('utf8'), delimiter);
  const found = texts.flatMap(({ bytes, complete }) =>
    sampleRecords({ bytes, complete }, delimiter, ROWS_A_CHUNK).map(({ byteStart, byteEnd, line }) => {
      const fields = fieldsOf(bytes.toString('utf8', byteStart, byteEnd), delimiter);
      const field = (column: string) => fields[names.indexOf(column)] ?? '';
      return {
        row: line,
        line,
        recordId: idColumn === undefined ? undefined : field(idColumn),
        passthrough: Object.fromEntries(passthrough.map((column) => [column, field(column)])),
      };
    }),
  );
  return found.length > 0 ? found : [{ row: 0, passthrough: {} }];
}
