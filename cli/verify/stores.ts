import type { Job, ModelManifest } from '../../contracts/generated/types.ts';
import type { Ledger } from '../../core/ledger.ts';
import type { ScoreReader } from '../../core/score-reader.ts';
import type { Connection, ObjectStore } from '../connection.ts';

/** Where a job has left its traces. */
export interface VerifyStores {
  ledger: Pick<Ledger, 'chunksOf' | 'readSummary'>;
  scores: Pick<ScoreReader, 'scoresOf'>;
  objects: Pick<ObjectStore, 'read' | 'isThere' | 'newestVersion' | 'readResult' | 'resultKeys'>;
  workBucket: string;
  /** Of the version that the job pinned: it tells what the columns of its result files are. */
  manifest: ModelManifest | undefined;
  /** Milliseconds since 1970. */
  now: number;
}

/** The stores of a connected stack. */
export async function openStores(connection: Connection, { model }: Job, now: number): Promise<VerifyStores> {
  const [ledger, scores, objects, models] = await Promise.all([
    connection.ledger(),
    connection.scores(),
    connection.objects(),
    connection.models(),
  ]);
  const manifest = model && (await models.manifest(model.name, model.version));
  return { ledger, scores, objects, workBucket: connection.resources.workBucket, manifest, now };
}
