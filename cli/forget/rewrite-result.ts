import type { ForgetStore } from '../../core/forget-store.ts';

/** Rewrites an object of the results bucket, from what was written last: a predictor or `complete` may write it meanwhile. */
export async function rewriteResult(
  store: ForgetStore,
  key: string,
  rewritten: (body: Buffer) => Promise<Buffer | string | undefined>,
): Promise<void> {
  for (;;) {
    const read = await store.readResult(key);
    if (!read) return;
    const body = await rewritten(read.body);
    if (body === undefined || (await store.replaceResult(key, body, read.etag))) return;
  }
}
