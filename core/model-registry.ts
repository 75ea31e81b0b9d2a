/** Of `manifest.json` and of the pointers; the predictor's `models.py` has the same limit. */
export const MOST_MANIFEST_BYTES = 8 * 1024 * 1024;

/** The models bucket, as it is asked for a model. */
export interface ModelRegistry {
  /** The bytes of `<model>/current.json`; of one that is too large, a few more than the most. */
  current(model: string): Promise<Buffer | undefined>;
  /** The bytes of `<model>/<version>/manifest.json`, likewise. */
  manifest(model: string, version: number): Promise<Buffer | undefined>;
  names(): Promise<string[]>;
}

export interface ShadowPointers {
  /** The bytes of `<model>/shadow.json`, likewise. */
  shadow(model: string): Promise<Buffer | undefined>;
}
