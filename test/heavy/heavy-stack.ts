import { rmSync } from 'node:fs';
import path from 'node:path';
import { s3Client } from '../../aws/clients.ts';
import { putObject } from '../../aws/s3-objects.ts';
import { ownStack } from '../../bench/own-stack.ts';
import { breastCancer, writeSource } from '../../bench/sources.ts';
import type { ObjectVersion } from '../../contracts/generated/types.ts';
import { incomingKey, jobId } from '../../core/keys.ts';
import type { SettingsInput } from '../../infra/settings.ts';
import { localAws } from '../../local/local-aws.ts';
import { atOnce } from './at-once.ts';
import { smallSource } from './sources.ts';

const MODEL = breastCancer.model;
const DROPS_AT_ONCE = 16;

/** A source that was dropped, and the job that it starts. */
export interface Dropped {
  jobId: string;
  size: 'large' | 'small';
  rows: number;
  /** Milliseconds since 1970, once it is in the bucket. */
  at: number;
}

/** A stack of its own, and the two loads that are put on it. @param settings over those of a deployment. */
export async function heavyStack(settings: SettingsInput) {
  const { stack, connection, folder, close } = await ownStack({ stackName: 'Heavy', ...settings });
  const s3 = s3Client(localAws(stack.endpoint));
  const { inputBucket: bucket } = connection.resources;

  const dropped = (source: ObjectVersion, facts: Pick<Dropped, 'size' | 'rows'>): Dropped => ({
    jobId: jobId(source, MODEL),
    ...facts,
    at: Date.now(),
  });

  return {
    stack,
    connection,

    async dropLarge(rows: number): Promise<Dropped> {
      const file = path.join(folder, 'large.csv');
      await writeSource(file, breastCancer, rows);
      const objects = await connection.objects();
      const source = await objects.drop(file, incomingKey(MODEL, 'large.csv'), () => {});
      rmSync(file);
      return dropped(source, { size: 'large', rows });
    },

    dropSmall: (sources: number): Promise<Dropped[]> =>
      atOnce(
        DROPS_AT_ONCE,
        Array.from({ length: sources }, (_, number) => smallSource(number)),
        async (small) => {
          const source = await putObject(s3, bucket, incomingKey(MODEL, small.file), small.body, 'text/csv');
          return dropped(source, { size: 'small', rows: small.rows });
        },
      ),

    async close(): Promise<void> {
      s3.destroy();
      await close();
    },
  };
}
