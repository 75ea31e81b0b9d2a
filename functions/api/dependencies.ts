import type {
  IntakeMessage,
  ObjectVersion,
  PredictAnswer,
  PredictRequest,
} from '../../contracts/generated/types.ts';
import type { Ledger } from '../../core/ledger.ts';
import type { ModelRegistry } from '../../core/model-registry.ts';
import type { ScoreReader } from '../../core/score-reader.ts';

/** What the operations need of the world. */
export interface ApiDependencies {
  /** Pointers may be some seconds old. */
  models: ModelRegistry;
  ledger: Pick<Ledger, 'readJob' | 'readSummary' | 'recentJobs' | 'chunksOf'>;
  scores: ScoreReader;
  inputBucket: string;
  /** Runtimes that are deployed. */
  runtimes: readonly string[];
  /** @throws an Error with the name that Lambda gives the cause. */
  predict(runtime: string, request: PredictRequest): Promise<PredictAnswer>;
  describe(source: {
    bucket: string;
    key: string;
    versionId?: string;
  }): Promise<{ object: ObjectVersion } | undefined>;
  sendToIntake(message: IntakeMessage): Promise<void>;
  presignUpload(key: string, bytes: number): Promise<PresignedPut>;
  /** An object of the results bucket. */
  readResult(key: string): Promise<Buffer | undefined>;
  now(): number;
  sleep(ms: number): Promise<void>;
}

export interface PresignedPut {
  url: string;
  headers: Record<string, string>;
  /** ISO 8601, UTC. */
  expiresAt: string;
}
