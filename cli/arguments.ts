import { InvalidArgumentError } from 'commander';
import { wrongUsage } from './failure.ts';

export interface ModelReference {
  name: string;
  version?: number;
}

const MODEL_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const KEY_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9@:._-]{2,63}$/;
const JOB_ID = /^[0-9a-f]{24}$/;
const LARGEST_VERSION = 99_999_999;

/** `churn` or `churn@3`. The rules are those of a manifest's name and version. */
export function parseModel(text: string): ModelReference {
  const [name = '', version, ...rest] = text.split('@');
  if (!MODEL_NAME.test(name) || rest.length > 0)
    throw new InvalidArgumentError(
      'A model is named by lower-case letters, digits, ".", "_" and "-", at most 64; a version follows an "@": churn@3.',
    );
  return version === undefined ? { name } : { name, version: parseVersion(version) };
}

/** `churn@3`: a version must be named. */
export function parseModelVersion(text: string): Required<ModelReference> {
  const { name, version } = parseModel(text);
  if (version === undefined) throw new InvalidArgumentError(`A version must be named: ${name}@3.`);
  return { name, version };
}

export function parseVersion(text: string): number {
  const version = Number(text);
  if (!/^[1-9]\d*$/.test(text) || version > LARGEST_VERSION)
    throw new InvalidArgumentError('A version is a whole number from 1: churn@3.');
  return version;
}

export function parseJobId(text: string): string {
  if (JOB_ID.test(text)) return text;
  throw new InvalidArgumentError(
    'A job id is 24 hexadecimal digits, as `dropscore score` and `dropscore job list` print it.',
  );
}

export function parseRunId(text: string): string {
  if (RUN_ID.test(text)) return text;
  throw new InvalidArgumentError(
    'A run’s id is as `dropscore rescore list` prints it: nightly@2026-11-21T02:00:00Z.',
  );
}

/** A day, or a moment, in UTC where it names no zone. */
export function parseMoment(text: string): string {
  const time = /^\d{4}-\d\d-\d\d(T.+)?$/.test(text) ? new Date(text) : undefined;
  if (time && !Number.isNaN(time.getTime())) return time.toISOString();
  throw new InvalidArgumentError('It must be a day or a moment: 2026-11-01, or 2026-11-01T12:00:00Z.');
}

export function parseKeyName(text: string): string {
  if (KEY_NAME.test(text)) return text;
  throw new InvalidArgumentError(
    'A key is named by letters, digits, ".", "_" and "-", at most 64: who or what calls with it.',
  );
}

export function parseCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1.');
}

/** A row as jobs count them, from 0. */
export function parseRow(text: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 0.');
}

/** A share from 0 to 1. */
export function parseShare(text: string): number {
  const share = Number(text);
  if (/^[\d.]+(e-?\d+)?$/i.test(text) && share >= 0 && share <= 1) return share;
  throw new InvalidArgumentError('It must be a share from 0 to 1, such as 0.05 for 5 %.');
}

const UNITS: Record<string, number> = { '': 1, s: 1, m: 60, h: 3600 };

/** `90`, `90s`, `5m`, `2h` in milliseconds. */
export function parseDuration(text: string): number {
  const [, amount, unit = ''] = /^(\d{1,6})([smh]?)$/.exec(text) ?? [];
  const seconds = Number(amount) * (UNITS[unit] ?? Number.NaN);
  if (seconds > 0) return seconds * 1000;
  throw new InvalidArgumentError('It must be a time such as 90s, 5m or 2h.');
}

/** The object of an `s3://bucket/key` address; undefined for anything that is no such address. */
export function parseS3Address(text: string): { bucket: string; key: string } | undefined {
  if (!/^s3:\/\//i.test(text)) return undefined;
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/i.exec(text) ?? [];
  if (bucket && key && !key.endsWith('/')) return { bucket, key };
  throw wrongUsage(`${text} names no object.`, 'Write s3://bucket/key of one file.');
}
