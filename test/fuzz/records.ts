/**
 * Differential fuzz of the splitter against pandas, for as long as one likes:
 *   npx tsx test/fuzz/records.ts [files per mode] [seed] [wild | rfc | large]
 * Of large files a hundredth is read: each has some ten thousand rows.
 */
import { fuzzAgainstPandas } from './against-pandas.ts';
import { MODES, type Mode } from './csv-files.ts';

const FILES_A_BATCH = 5_000;
const SHARES: Record<Mode, number> = { wild: 1, rfc: 1, large: 0.01 };
const [files = '10000', seed = '1', mode] = process.argv.slice(2);

for (const each of mode ? [mode as Mode] : MODES) {
  const mostFiles = Math.ceil(Number(files) * SHARES[each]);
  const filesABatch = FILES_A_BATCH * SHARES[each];
  const total = { files: 0, chunks: 0, rows: 0, rejected: {} as Record<string, number>, disagreements: 0 };
  for (let batch = 0; total.files < mostFiles; batch++) {
    const wanted = Math.min(filesABatch, mostFiles - total.files);
    const report = await fuzzAgainstPandas(wanted, Number(seed) + batch, each);
    for (const key of ['files', 'chunks', 'rows'] as const) total[key] += report[key];
    for (const [code, count] of Object.entries(report.rejected))
      total.rejected[code] = (total.rejected[code] ?? 0) + count;
    total.disagreements += report.disagreements.length;
    for (const disagreement of report.disagreements.slice(0, 5)) console.log(`  ${disagreement}`);
  }
  console.log(each, JSON.stringify({ seed: Number(seed), ...total }));
  if (total.disagreements > 0) process.exitCode = 1;
}
