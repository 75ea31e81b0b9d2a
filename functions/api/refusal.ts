import type { FieldError, Problem } from '../../contracts/generated/api.ts';

const TITLES = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
} as const;

export type RefusalStatus = keyof typeof TITLES;

/** A request that is answered with a problem: one sentence what, and how to mend it. */
export class Refusal extends Error {
  readonly status: RefusalStatus;
  readonly code: string;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: RefusalStatus,
    code: string,
    message: string,
    more: { errors?: readonly FieldError[]; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }

  /** RFC 9457. */
  problem(requestId: string): Problem {
    return {
      type: `urn:dropscore:${this.code}`,
      title: TITLES[this.status],
      status: this.status,
      code: this.code,
      detail: this.message,
      instance: `urn:uuid:${requestId}`,
      ...(this.errors && { errors: [...this.errors] }),
    };
  }
}
