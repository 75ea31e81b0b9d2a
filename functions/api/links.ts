import type { JobLinks } from '../../contracts/generated/api.ts';

/** Paths below the API's address, which a stage does not know: it may stand behind a domain of its own. */
export const jobLinks = (jobId: string): JobLinks => ({
  self: `/jobs/${jobId}`,
  scores: `/jobs/${jobId}/scores`,
  errors: `/jobs/${jobId}/errors`,
});

/** A page's `next` for its body, and as a header (RFC 8288) that resolves against the address that was asked for. */
export function nextPage(path: string, query: Readonly<Record<string, string | number | undefined>>) {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  const search = `?${new URLSearchParams(given)}`;
  return { next: path + search, headers: { link: `<${search}>; rel="next"` } };
}
