/** The models bucket, as it is asked for a model. */
export interface ModelRegistry {
  /** The bytes of `<model>/current.json`. */
  current(model: string): Promise<Buffer | undefined>;
  /** The bytes of `<model>/<version>/manifest.json`. */
  manifest(model: string, version: number): Promise<Buffer | undefined>;
  names(): Promise<string[]>;
}
