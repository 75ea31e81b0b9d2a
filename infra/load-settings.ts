import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { type Settings, type SettingsInput, settingsSchema } from './settings.ts';

export const SETTINGS_FILE = 'dropscore.settings.json';

/** Settings that cannot be used. The message names settings and rules, never values: some deployments treat those as secret. */
export class SettingsError extends Error {
  constructor(origin: string, problems: readonly string[]) {
    super([`${origin} cannot be used:`, ...problems.map((problem) => `  - ${problem}`)].join('\n'));
    this.name = 'SettingsError';
  }
}

/**
 * Checks settings and fills in the defaults.
 *
 * @param origin where they come from, for the message.
 * @throws SettingsError with every problem at once.
 */
export function parseSettings(input: unknown, origin = 'The settings'): Settings {
  const result = settingsSchema.safeParse(input, { reportInput: false });
  if (result.success) return result.data;
  throw new SettingsError(origin, result.error.issues.flatMap(describe));
}

/**
 * The settings of a deployment: the defaults, overridden by the settings file (named by DROPSCORE_SETTINGS, or
 * `dropscore.settings.json` in the directory), overridden by the given ones.
 */
export function loadSettings({
  directory = process.cwd(),
  env = process.env,
  overrides = {},
}: {
  directory?: string;
  env?: NodeJS.ProcessEnv;
  overrides?: SettingsInput;
} = {}): Settings {
  const file = path.resolve(directory, env.DROPSCORE_SETTINGS ?? SETTINGS_FILE);
  if (!existsSync(file)) {
    if (env.DROPSCORE_SETTINGS)
      throw new SettingsError('DROPSCORE_SETTINGS', [`names a file that does not exist: ${file}`]);
    return parseSettings(overrides);
  }
  return parseSettings(mergeSettings(readSettingsFile(file), overrides), file);
}

/** The second's fields win, field by field in nested objects. */
export function mergeSettings(base: object, overrides: object): SettingsInput {
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(overrides)) {
    const before = merged[name];
    merged[name] = isObject(value) && isObject(before) ? mergeSettings(before, value) : value;
  }
  return merged;
}

export function readSettingsFile(file: string): object {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isObject(content)) return content;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new SettingsError(file, ['must hold one JSON object']);
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function describe(issue: z.core.$ZodIssue): string[] {
  const at = issue.path.map(String);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownName([...at, key].join('.'), key, knownNames(at)));
  return [[...(at.length > 0 ? [at.join('.')] : []), issue.message].join(': ')];
}

function unknownName(full: string, name: string, known: readonly string[]): string {
  const [nearest] = known
    .map((candidate) => ({ candidate, steps: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.steps - b.steps);
  const close = nearest && nearest.steps <= Math.max(3, name.length / 3);
  return `${full} is no setting${close ? `; did you mean ${nearest.candidate}?` : `; there are ${known.join(', ')}.`}`;
}

interface SchemaNode {
  properties?: Record<string, SchemaNode>;
  additionalProperties?: SchemaNode | boolean;
}

function knownNames(at: readonly string[]): string[] {
  let node = z.toJSONSchema(settingsSchema, { io: 'input' }) as SchemaNode;
  for (const step of at) {
    const rest = typeof node.additionalProperties === 'object' ? node.additionalProperties : {};
    node = node.properties?.[step] ?? rest;
  }
  return Object.keys(node.properties ?? {});
}
