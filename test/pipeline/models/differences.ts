/**
 * Where a value is not what was expected; what is not expected may be anything.
 *
 * @param tolerance of a number, absolute below 1 and relative above
 */
export function differences(actual: unknown, expected: unknown, tolerance: number, place = ''): string[] {
  if (typeof expected === 'number' && typeof actual === 'number') {
    const close = Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected));
    return close ? [] : [`${place}: ${actual} for ${expected}`];
  }
  if (typeof expected !== 'object' || expected === null) {
    return actual === expected ? [] : [`${place}: ${JSON.stringify(actual)} for ${JSON.stringify(expected)}`];
  }
  if (typeof actual !== 'object' || actual === null) return [`${place}: nothing for an object`];
  const inner = actual as Record<string, unknown>;
  return Object.entries(expected).flatMap(([name, value]) =>
    differences(inner[name], value, tolerance, `${place}/${name}`),
  );
}
