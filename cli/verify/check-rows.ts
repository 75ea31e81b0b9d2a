import type { ChunkReference, Job, Score } from '../../contracts/generated/types.ts';
import type { RowCounts } from './check-chunks.ts';
import { addTo, errorKind } from './error-tally.ts';
import { compare, type Finding, type Place } from './finding.ts';
import { compareOutcomes } from './same-outcome.ts';

export interface RowRules {
  job: Job;
  about: 'item' | 'file';
  chunk: number;
  reference: Pick<ChunkReference, 'firstRow' | 'rowCount'>;
  /** Whether each row has to be there: not, where the chunk is open or was written off. */
  mustBeThere: boolean;
  /** The same rows of the result file, in order. */
  file?: readonly Score[];
}

/**
 * Goes through the rows of a chunk as they come: each of its rows once, in order, a score or an error, of this job and its
 * model, and the same as in the result file.
 */
export class RowCheck {
  readonly counts: RowCounts = { scored: 0, failed: 0, errors: new Map() };
  readonly #rules: RowRules;
  #next: number;
  readonly #end: number;

  constructor(rules: RowRules) {
    this.#rules = rules;
    const { firstRow, rowCount } = rules.reference;
    this.#next = firstRow;
    this.#end = firstRow + rowCount;
  }

  /** @returns what does not hold of a batch of rows. */
  push(batch: readonly Score[]): Finding[] {
    const findings: Finding[] = [];
    for (const score of batch) this.#check(score, findings);
    return findings;
  }

  end(): Finding[] {
    return this.#missingUpTo(this.#end);
  }

  #check(score: Score, findings: Finding[]): void {
    const { about, chunk, file, reference } = this.#rules;
    const { row, error } = score;
    const place = { chunk, row };
    if (!(row >= this.#next && row < this.#end)) {
      findings.push({ about, kind: 'unexpected', ...place });
      return;
    }
    if (row > this.#next) findings.push(...this.#missingUpTo(row));
    this.#next = row + 1;
    if (error) {
      this.counts.failed++;
      addTo(this.counts.errors, errorKind(error), 1);
    } else this.counts.scored++;
    this.#checkItself(score, place, findings);
    const twin = file?.[row - reference.firstRow];
    if (twin?.row === row) findings.push(...compareOutcomes(score, twin, place));
  }

  #checkItself(score: Score, place: Place, findings: Finding[]): void {
    const { about, job } = this.#rules;
    const outcomes = (score.error ? 1 : 0) + (hasScore(score) ? 1 : 0);
    if (outcomes !== 1) {
      const values = { [about]: outcomes === 0 ? 'neither' : 'both', expected: 'one' };
      findings.push({ about, kind: 'differs', ...place, what: 'outcome', values });
    }
    const pinned = {
      jobId: job.jobId,
      model: job.modelName,
      version: job.model?.version,
      sourceTime: job.sourceTime,
    };
    for (const [field, expected] of Object.entries(pinned)) {
      const found = score[field as keyof typeof pinned];
      if (found !== expected)
        findings.push(...compare(about, field, { [about]: found, job: expected }, place));
    }
  }

  #missingUpTo(row: number): Finding[] {
    const { about, chunk, mustBeThere } = this.#rules;
    const rowCount = row - this.#next;
    return mustBeThere && rowCount > 0 ? [{ about, kind: 'missing', chunk, row: this.#next, rowCount }] : [];
  }
}

const hasScore = ({ prediction, score, outputs, vector }: Score): boolean =>
  (prediction ?? score ?? outputs ?? vector) !== undefined;
