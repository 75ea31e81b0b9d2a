import type { ModelManifest } from '../../../contracts/generated/types.ts';
import { MODEL, NOW } from '../factories.ts';

export const aManifest = (changes: Partial<ModelManifest> = {}): ModelManifest => ({
  name: MODEL.name,
  version: MODEL.version,
  runtime: MODEL.runtime,
  format: 'joblib',
  artifacts: [{ path: 'model.joblib', sha256: 'a'.repeat(64), bytes: 1 }],
  libraries: {},
  python: '3.11',
  features: [{ name: 'radius', type: 'float' }],
  idColumn: 'patient',
  output: { kind: 'binary', classes: [0, 1], positiveClass: 1 },
  publishedAt: NOW,
  ...changes,
});
