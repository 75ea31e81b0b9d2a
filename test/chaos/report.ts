import os from 'node:os';
import { count } from '../../cli/render/quantities.ts';
import { table } from '../../cli/render/table.ts';
import { dropWords } from './drop.ts';
import type { Played } from './play.ts';

/** What a run came to, in tables. */
export function reportText(played: readonly Played[], ms: number): string {
  return [sources(played), mishaps(played), totals(played, ms)].join('\n\n');
}

function sources(played: readonly Played[]): string {
  const rows = [...grouped(played, ({ drop }) => drop.source.kind)].sort().map(([kind, of]) => {
    const states = of.map(({ view }) => view?.state);
    return [
      kind,
      count(of.length),
      ...(['rowsTotal', 'rowsScored', 'rowsFailed'] as const).map((name) =>
        count(sum(states.map((state) => state?.[name] ?? 0))),
      ),
    ];
  });
  return numbers(['SOURCE', 'DROPS', 'ROWS', 'SCORED', 'REFUSED'], rows);
}

function mishaps(played: readonly Played[]): string {
  const all = played.flatMap(({ drop, met }) =>
    drop.mishaps.map(({ kind }, i) => ({ kind: kind.split(':')[0] ?? '', met: met[i] ?? 0 })),
  );
  const calamities = played.flatMap(({ drop, met }) =>
    drop.mishaps
      .map(({ kind }, i) => ({ kind, met: met[i] ?? 0 }))
      .filter(({ kind }) => kind.startsWith('calamity')),
  );
  const rows = [
    ...grouped([...all.filter(({ kind }) => kind !== 'calamity'), ...calamities], ({ kind }) => kind),
  ]
    .sort()
    .map(([kind, of]) => [kind, count(of.length), count(sum(of.map(({ met }) => met)))]);
  return numbers(['MISHAP', 'PLANNED', 'REQUESTS'], rows);
}

function totals(played: readonly Played[], ms: number): string {
  const duplicates = sum(played.map(({ drop }) => drop.duplicates.length));
  const retried = sum(played.map(({ attempts }) => Math.max(0, attempts - 1)));
  const failed = played.filter(({ violations }) => violations.length > 0).length;
  const seconds = ms / 1000;
  const duration = `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  const { model = 'unknown processor' } = os.cpus()[0] ?? {};
  const memory = Math.round(os.totalmem() / 2 ** 30);
  return [
    `${count(played.length)} seeds, ${count(duplicates)} duplicates, ${count(retried)} further attempts: ${count(failed)} with violations, in ${duration}`,
    `on ${os.availableParallelism()} cores of ${model}, ${memory} GiB, Node ${process.versions.node}`,
  ].join('\n');
}

/** A seed that failed: what it was, what does not hold, and how to have it again. */
export const failureText = ({ drop, view, violations, met }: Played): string =>
  [
    '',
    dropWords(drop),
    `  befell ${met.join(', ') || 'nothing'}; job ${view?.job.jobId ?? 'never opened'}: ${JSON.stringify(view?.state)}`,
    ...violations.map((violation) => `  ✗ ${violation}`),
    `  again: npm run test:chaos -- --seed ${drop.seed}`,
  ].join('\n');

export const progressText = (played: readonly Played[], seeds: number, ms: number): string =>
  `${count(played.length)} of ${count(seeds)} seeds in ${Math.round(ms / 1000)} s, ${count(played.filter(({ violations }) => violations.length > 0).length)} with violations`;

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

function grouped<T>(items: readonly T[], by: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(by(item), [...(groups.get(by(item)) ?? []), item]);
  return groups;
}

const numbers = (titles: readonly string[], rows: readonly string[][]): string =>
  table(
    titles.map((title, i) => (i === 0 ? { title } : { title, align: 'right' })),
    rows,
  );
