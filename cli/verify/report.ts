import { printable } from '../render/printable.ts';
import { count } from '../render/quantities.ts';
import { shortened, table } from '../render/table.ts';
import { type Course, newCourse } from './course.ts';
import { type Finding, type Place, SUBJECTS, type Subject } from './finding.ts';

const SHOWN = 100;
const VALUE_WIDTH = 80;

/** What a verification came to. Holds as many findings as are shown, and counts the rest. */
export class Report {
  readonly course: Course = newCourse();
  readonly findings: Finding[] = [];
  readonly #differing = new Map<Subject, number>();

  add(finding: Finding): void {
    this.#differing.set(finding.about, this.differing(finding.about) + 1);
    if (this.findings.length < SHOWN) this.findings.push(finding);
  }

  differing(about: Subject): number {
    return this.#differing.get(about) ?? 0;
  }

  get total(): number {
    return [...this.#differing.values()].reduce((sum, more) => sum + more, 0);
  }

  get holds(): boolean {
    return this.total === 0;
  }
}

const WORDS: Record<Subject, string> = {
  source: 'rows of the source, recounted',
  chunk: 'chunks of the ledger',
  item: 'score items',
  file: 'rows of result files',
  counter: 'counters of the job',
  summary: 'summary',
  _SUCCESS: '_SUCCESS',
  status: 'status of the job',
};

/** For people: a table of what was compared, then a line for each finding. */
export function reportText(report: Report, width?: number): string {
  const { course, findings, total } = report;
  const rows = SUBJECTS.map(
    (about) => [course.compared[about], report.differing(about), WORDS[about]] as const,
  )
    .filter(([compared, differing]) => compared > 0 || differing > 0)
    .map(([compared, differing, words]) => [words, count(compared), count(differing)]);
  const overview = table(
    [{ title: 'COMPARED' }, { title: 'COUNT', align: 'right' }, { title: 'FINDINGS', align: 'right' }],
    rows,
    width,
  );
  const more = total - findings.length;
  return [
    overview,
    ...(findings.length > 0 ? ['', ...findings.map(findingLine)] : []),
    ...(more > 0 ? [`… and ${count(more)} more`] : []),
  ].join('\n');
}

/** For programs. */
export const reportJson = (jobId: string, { course, findings, holds, total }: Report) => ({
  jobId,
  holds,
  compared: course.compared,
  notes: course.notes,
  findingsTotal: total,
  findings,
});

/** `row 17, chunk 0: item version differs: item 1, job 2` */
export function findingLine({ about, kind, what, values = {}, ...place }: Finding): string {
  const subject = [about, what, kind].filter((word) => word !== undefined).join(' ');
  const sides = Object.entries(values).map(([who, value]) => `${who} ${valueWords(value)}`);
  return [placeWords(place), subject, sides.join(', ')]
    .filter((part) => part !== '')
    .map(printable)
    .join(': ');
}

function placeWords({ row, rowCount = 1, chunk }: Place): string {
  const rows =
    row === undefined
      ? []
      : [rowCount > 1 ? `rows ${count(row)} to ${count(row + rowCount - 1)}` : `row ${count(row)}`];
  return [...rows, ...(chunk === undefined ? [] : [`chunk ${chunk}`])].join(', ');
}

const valueWords = (value: unknown): string =>
  value === undefined || value === null
    ? 'none'
    : shortened(typeof value === 'string' ? value : JSON.stringify(value), VALUE_WIDTH);
