import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { Text } from './data.ts';

export interface ObjectServer {
  endpoint: string;
  bytes: number;
  close(): void;
}

/**
 * Answers a GET, of a range or the whole, as S3 does, with a text of so many blocks that exists nowhere: 6 GB of it take no disk.
 */
export async function serveText({ header, block }: Text, blocks: number): Promise<ObjectServer> {
  const bytes = header.length + blocks * block.length;
  const server = createServer(({ headers }, response) => {
    const [, from = 0, to = bytes - 1] = /^bytes=(\d+)-(\d+)?$/.exec(headers.range ?? '') ?? [];
    const end = Math.min(Number(to) + 1, bytes);
    response.writeHead(headers.range ? 206 : 200, { 'content-length': end - Number(from) });
    send(pieces({ header, block }, Number(from), end), response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    bytes,
    endpoint: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function send(body: Iterable<Buffer>, response: ServerResponse): void {
  const source = Readable.from(body);
  // A reader that has seen enough hangs up.
  response.on('close', () => source.destroy());
  source.pipe(response);
}

function* pieces({ header, block }: Pick<Text, 'header' | 'block'>, from: number, end: number) {
  if (from < header.length) yield header.subarray(from, end);
  for (let at = Math.max(from, header.length); at < end; ) {
    const inBlock = (at - header.length) % block.length;
    const piece = block.subarray(inBlock, Math.min(block.length, inBlock + end - at));
    yield piece;
    at += piece.length;
  }
}
