/** A line of the dead-letter function's log for every chunk it writes off: what it logs, and what the alarm counts. */
export const CHUNK_WRITTEN_OFF = 'chunk_written_off';
