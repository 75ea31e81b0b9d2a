import { EXIT } from './exit-code.ts';

/** A command's end that the user can act on: one sentence what, one how to mend it. No stack trace is shown. */
export class Failure extends Error {
  readonly code: string;
  readonly remedy: string | undefined;
  readonly exitCode: number;

  constructor(
    code: string,
    message: string,
    { remedy, exitCode = EXIT.failed, cause }: { remedy?: string; exitCode?: number; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.name = 'Failure';
    this.code = code;
    this.remedy = remedy;
    this.exitCode = exitCode;
  }
}

/** The command was asked for something that cannot be: exit code 2. */
export const wrongUsage = (message: string, remedy?: string): Failure =>
  new Failure('usage', message, { exitCode: EXIT.usage, ...(remedy !== undefined && { remedy }) });
