/** A key of the HTTP API. Its value is told once, when it is made. */
export interface ApiKey {
  id: string;
  name: string;
  enabled: boolean;
  /** ISO 8601, UTC. */
  createdAt: string;
}

/** The keys of one deployment. */
export interface ApiKeys {
  /** By name. */
  list(): Promise<ApiKey[]>;
  /** A key that opens this deployment, or none at all. */
  create(name: string): Promise<{ id: string; value: string }>;
  revoke(id: string): Promise<void>;
}
