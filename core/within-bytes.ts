/** How many of the first names take no more than `limit` bytes together: an item of the ledger has 400 KB. */
export function withinBytes(names: readonly string[], limit: number): number {
  let bytes = 0;
  const beyond = names.findIndex((name) => {
    bytes += Buffer.byteLength(name);
    return bytes > limit;
  });
  return beyond < 0 ? names.length : beyond;
}
