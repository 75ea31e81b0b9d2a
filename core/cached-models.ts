import type { ModelRegistry } from './model-registry.ts';

/** A promotion is seen after so long. */
const POINTER_MS = 5_000;
/** Versions are immutable, so that only room bounds them. */
const MOST_MANIFESTS = 100;

/** A registry that asks for a pointer every few seconds, and for a manifest once. What is missing is asked for again. */
export function cachedModels(models: ModelRegistry, now: () => number): ModelRegistry {
  const pointers = new Map<string, { body: Buffer; until: number }>();
  const manifests = new Map<string, Buffer>();
  return {
    names: () => models.names(),
    async current(model) {
      const cached = pointers.get(model);
      if (cached && cached.until > now()) return cached.body;
      const body = await models.current(model);
      if (body) keep(pointers, model, { body, until: now() + POINTER_MS });
      else pointers.delete(model);
      return body;
    },
    async manifest(model, version) {
      const key = `${model}/${version}`;
      const cached = manifests.get(key);
      if (cached) return cached;
      const body = await models.manifest(model, version);
      if (body) keep(manifests, key, body);
      return body;
    },
  };
}

function keep<T>(cache: Map<string, T>, key: string, value: T): void {
  cache.delete(key);
  cache.set(key, value);
  const [oldest] = cache.keys();
  if (cache.size > MOST_MANIFESTS && oldest !== undefined) cache.delete(oldest);
}
