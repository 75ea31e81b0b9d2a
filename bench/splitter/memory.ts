import type { Table } from '../bench.ts';
import { runNode } from '../child.ts';
import { VARIANTS } from './data.ts';

/** GB a second. */
export interface InMemory {
  newlines: number;
  dropscore: number;
}

/** The scanner alone: on buffers that are there already, without a stream's share. */
export async function compareInMemory(script: string, rounds: number): Promise<Table> {
  const rows: string[][] = [];
  for (const variant of VARIANTS.filter((variant) => variant !== 'gz')) {
    const { newlines, dropscore } = await runNode<InMemory>(script, [variant, String(rounds)]);
    rows.push([variant, newlines.toFixed(1), dropscore.toFixed(1), (dropscore / newlines).toFixed(2)]);
  }
  return {
    title: 'In memory, GB/s',
    columns: ['text', 'newlines', 'dropscore', 'of newlines'],
    align: ['left', 'right', 'right', 'right'],
    rows,
  };
}
