import { type Compared, nothingCompared } from './finding.ts';

/** What is found out beside findings, while they are yielded. */
export interface Course {
  compared: Compared;
  /** What could not be compared, and why. */
  notes: string[];
  /** Hears how many rows are through. */
  onRows?(rows: number): void;
}

export const newCourse = (): Course => ({ compared: nothingCompared(), notes: [] });
