import { expect, inject } from 'vitest';
import { documented } from '../contracts/documented-answers.ts';

interface Asked {
  path?: Record<string, string>;
  query?: Record<string, string | number>;
  headers?: Record<string, string>;
  /** An object is sent as JSON. */
  body?: unknown;
  /** Another one than the stack's own; none where empty. */
  key?: string;
}

/** The deployed API as its callers see it. Every answer is held to the document. */
export function theApi() {
  const { url, key: ownKey } = inject('stack').api ?? expect.unreachable();

  /** @param operation as the document has it: `GET /jobs/{jobId}`. */
  return async function call(operation: string, asked: Asked = {}) {
    const { path = {}, query = {}, headers = {}, body, key = ownKey } = asked;
    const [method = '', template = ''] = operation.split(' ');
    const place = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(path[name] ?? ''));
    const search = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const answer = await fetch(`${url}${place}?${search}`, {
      method,
      headers: { ...(key && { 'x-api-key': key }), 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const given = {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: await answer.text(),
    };
    return { ...given, told: documented(operation, given) };
  };
}
