import type { Hold } from '../../contracts/generated/types.ts';
import { count } from './quantities.ts';

/** Why a job is held, and how far it came. */
export function heldWords({ rows, limit, rowsTotal }: Hold): string {
  const why =
    rowsTotal === undefined
      ? `it has more rows than the ${count(limit)} of maxRowsPerJob`
      : `its ${count(rowsTotal)} rows are more than the ${count(limit)} of maxRowsPerJob`;
  return `${why}; ${rows === 0 ? 'none was' : `the first ${count(rows)} were`} sent to be scored`;
}
