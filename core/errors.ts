import type { Reason } from '../contracts/generated/types.ts';

export type ReasonCode = Reason['code'];

const MESSAGE_LIMIT = 600;

/** Shortens a sentence to what a job item may hold, so that a hostile header cannot make it grow. */
export function bounded(message: string, limit = MESSAGE_LIMIT): string {
  return message.length <= limit ? message : `${message.slice(0, limit - 1)}…`;
}

/**
 * The input itself is at fault: a retry would end the same way. The job fails with this code and
 * sentence; the message is for the user and names file position, cause and remedy.
 */
export class InputRejected extends Error {
  readonly code: ReasonCode;

  constructor(code: ReasonCode, message: string) {
    super(bounded(message));
    this.name = 'InputRejected';
    this.code = code;
  }

  get reason(): Reason {
    return { code: this.code, message: this.message };
  }
}

/** Guards by `name`, not by class: the error may come from another bundle. */
export function isInputRejected(error: unknown): error is InputRejected {
  return error instanceof Error && error.name === 'InputRejected' && 'code' in error;
}
