/** At most so many bytes of the beginning of a stream; what follows is not read. */
export async function firstBytesOf(stream: AsyncIterable<Buffer>, count: number): Promise<Buffer> {
  const kept: Buffer[] = [];
  let bytes = 0;
  for await (const piece of stream) {
    kept.push(piece);
    bytes += piece.length;
    if (bytes >= count) break;
  }
  return Buffer.concat(kept).subarray(0, count);
}
