const ANY = '*';

/** Headers of an answer that a page's script may read. */
const EXPOSED = 'link, location, retry-after, preference-applied';

/**
 * What lets a page of an allowed origin read an answer: its origin is echoed, since the header holds one only, and caches are
 * told that it varies. Nothing where no origin is allowed.
 */
export function corsHeaders(
  allowed: readonly string[],
  origin: string | undefined,
): Readonly<Record<string, string>> {
  if (allowed.length === 0) return {};
  if (allowed.includes(ANY))
    return { 'access-control-allow-origin': ANY, 'access-control-expose-headers': EXPOSED };
  if (origin === undefined || !allowed.includes(origin)) return { vary: 'origin' };
  return {
    vary: 'origin',
    'access-control-allow-origin': origin,
    'access-control-expose-headers': EXPOSED,
  };
}
