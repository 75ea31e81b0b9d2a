import type { Chunk, ChunkMessage, Job } from '../contracts/generated/types.ts';
import { chunkMessage } from './chunk-message.ts';
import type { Ledger } from './ledger.ts';

export interface ResendDependencies {
  ledger: Pick<Ledger, 'chunksOf'>;
  sendChunks(runtime: string, messages: ChunkMessage[]): Promise<void>;
}

const CHUNKS_A_STEP = 100;

/** Sends the messages of all open chunks again; one that was not lost finds its chunk scored, and changes nothing. */
export async function resendOpenChunks(job: Job, { ledger, sendChunks }: ResendDependencies): Promise<void> {
  if (!job.model) return;
  const { runtime } = job.model;
  let open: Chunk[] = [];
  const send = async () => {
    await sendChunks(
      runtime,
      open.map((chunk) => chunkMessage(job, chunk)),
    );
    open = [];
  };
  for await (const chunk of ledger.chunksOf(job.jobId)) {
    if (chunk.status === 'open') open.push(chunk);
    if (open.length === CHUNKS_A_STEP) await send();
  }
  await send();
}
