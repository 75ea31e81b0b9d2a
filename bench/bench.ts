/** Whether a ratio is to be high or low. */
export type Sense = 'at least' | 'at most';

/** One claim: what was measured, as a ratio against a reference of the same run, beside the goal that it is held to. */
export interface Goal {
  what: string;
  reference: string;
  ratio: number;
  sense: Sense;
  goal: number;
}

/** Cells are ready for print. */
export interface Table {
  title?: string;
  columns: readonly string[];
  /** `left` unless told. */
  align?: readonly ('left' | 'right')[];
  rows: readonly (readonly (string | number)[])[];
}

/** A plot of the documentation. `kind: bars` has one bar a category and series; `lines` has points of numbers. */
export interface Plot {
  /** Of the SVG file, without its ending. */
  name: string;
  title: string;
  kind: 'bars' | 'lines';
  xTitle: string;
  yTitle: string;
  /** Each axis of numbers that spans a factor of thirty or more is logarithmic then. */
  logarithmic?: boolean;
  series: readonly { name: string; points: readonly (readonly [string | number, number])[] }[];
  /** A line across at this value, as a goal. */
  goal?: number;
}

/** What a bench found: its section of docs/performance.md. */
export interface Report {
  title: string;
  /** What is measured, how, on which data; Markdown. */
  about: string;
  goals: readonly Goal[];
  tables: readonly Table[];
  plots?: readonly Plot[];
  /** What to know beside the figures, such as what was tried and did not help; Markdown. */
  notes?: string;
}

/** `quick` is for a look in a few minutes: smaller data, fewer repetitions, the same rows. */
export type Size = 'quick' | 'full';

export interface Bench {
  name: string;
  run(size: Size): Promise<Report>;
}

export const isMet = ({ ratio, sense, goal }: Goal): boolean =>
  sense === 'at least' ? ratio >= goal : ratio <= goal;
