/** Of an invocation's time: for the step that is begun when less is left, and to send `continue`. */
export const RESERVE_MS = 20_000;
