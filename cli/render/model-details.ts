import type { ModelManifest } from '../../contracts/generated/types.ts';
import { printable } from './printable.ts';
import { bytes, counted, moment } from './quantities.ts';

const LABEL_WIDTH = 13;
const LISTED = 12;

export interface ModelFacts {
  manifest: ModelManifest;
  manifestSha256: string;
  versions: readonly number[];
  /** Absent where nothing is promoted. */
  current?: number;
  /** Absent where none is tried beside it. */
  shadow?: number;
}

/** A version of a model for people: what a file must have, what comes out, and what it was made with. */
export function modelDetails(facts: ModelFacts): string {
  const { manifest, manifestSha256, versions } = facts;
  const { name, version, output, golden, code } = manifest;
  const others = versions.filter((other) => other !== version);
  const lines: [string, string][] = [
    ['model', `${name} version ${version}${roleWords(version, facts)}`],
    ['published', moment(manifest.publishedAt)],
    ['format', `${manifest.format}${partWords(manifest)}`],
    ['runtime', manifest.runtime],
    ['libraries', libraryWords(manifest)],
    ['id column', manifest.idColumn ?? ''],
    ['passthrough', (manifest.passthrough ?? []).join(', ')],
    ['features', featureWords(manifest)],
    ['output', outputWords(output)],
    ['tiers', (output.tiers ?? []).map(({ name, from }) => `${name} from ${from}`).join(', ')],
    ['golden rows', golden ? `${golden.rows.length}, to agree within ${golden.tolerance}` : 'none'],
    [
      'tolerates',
      manifest.toleratedErrors === undefined ? '' : `a share of ${manifest.toleratedErrors} with errors`,
    ],
    ['own code', code ? `${code.package} (${code.entry})` : ''],
    ['trusted', (manifest.trusted ?? []).join(', ')],
    ...manifest.artifacts.map(({ path, sha256, bytes: size }): [string, string] => [
      'artifact',
      `${path}, ${bytes(size)}, sha256 ${sha256.slice(0, 12)}…`,
    ]),
    ['manifest', `sha256 ${manifestSha256}`],
    ['versions', others.length > 0 ? otherWords(others, facts) : 'no others'],
  ];
  return lines
    .filter(([, text]) => text !== '')
    .map(([label, text]) => label.padEnd(LABEL_WIDTH) + printable(text))
    .join('\n');
}

function partWords({ parts }: ModelManifest): string {
  if (!parts) return '';
  const { models, encoders, scaler, stacker } = parts;
  const words = [...models, ...[encoders, scaler, stacker].filter((part) => part !== undefined)];
  return `, a dict with ${words.join(', ')}`;
}

function libraryWords({ libraries, python }: ModelManifest): string {
  return [...Object.entries(libraries).map((pair) => pair.join(' ')), `Python ${python}`].join(', ');
}

function featureWords({ features }: ModelManifest): string {
  const shown = features.slice(0, LISTED).map(({ name, type, nullable = true, categories }) => {
    const more = categories ? `, ${counted(categories.length, 'value')}` : '';
    return `${name} (${type}${more}${nullable ? '' : ', needed'})`;
  });
  const left = features.length - shown.length;
  return `${features.length}: ${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}

function outputWords({
  kind,
  classes = [],
  labels = {},
  positiveClass,
  threshold,
  names,
  dimension,
}: ModelManifest['output']): string {
  const called = (value: string | number | boolean) => labels[String(value)] ?? String(value);
  const parts: string[] = [kind];
  if (classes.length > 0) parts.push(`classes ${classes.map(called).join(', ')}`);
  if (positiveClass !== undefined) parts.push(`score: probability of ${called(positiveClass)}`);
  if (threshold !== undefined) parts.push(`threshold ${threshold}`);
  if (names) parts.push(names.join(', '));
  if (dimension !== undefined) parts.push(`${dimension} numbers a row`);
  return parts.join('; ');
}

type Roles = Pick<ModelFacts, 'current' | 'shadow'>;

function roleWords(version: number, { current, shadow }: Roles): string {
  if (version === current) return ' (current)';
  return version === shadow ? ' (shadow)' : '';
}

function otherWords(others: readonly number[], roles: Roles): string {
  const shown = others.slice(-LISTED).map((other) => `${other}${roleWords(other, roles)}`);
  return (others.length > LISTED ? ['…', ...shown] : shown).join(', ');
}
