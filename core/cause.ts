/** What a log may tell of an error: its class and the innermost calls. Its message may quote a key, a column or a value. */
export interface Cause {
  error: string;
  at: string[];
  /** Of an AWS service: by which its support finds the request. */
  status?: number;
  requestId?: string;
}

const CALLS = 3;

export function cause(error: unknown): Cause {
  if (!(error instanceof Error)) return { error: typeof error, at: [] };
  const { httpStatusCode, requestId } =
    (error as { $metadata?: { httpStatusCode?: number; requestId?: string } }).$metadata ?? {};
  return {
    error: error.name,
    at: callsOf(error),
    ...(httpStatusCode !== undefined && { status: httpStatusCode }),
    ...(requestId !== undefined && { requestId }),
  };
}

/** Lambda logs what a handler throws, its message included: so a handler throws this. */
export function withoutMessage(error: unknown): Error {
  const { error: name, at } = cause(error);
  const bare = new Error(name);
  bare.stack = [name, ...at].join('\n');
  return bare;
}

/** The calls stand behind the message, which may have lines that look like calls. */
function callsOf({ stack = '', message }: Error): string[] {
  const begin = stack.indexOf(message);
  if (begin < 0) return [];
  return stack
    .slice(begin + message.length)
    .split('\n')
    .slice(1, 1 + CALLS)
    .map((call) => call.trim());
}
