import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { findPython } from '../find-python.ts';
import { compileModules, withoutByteCode } from './byte-code.ts';
import { dropSymbols } from './drop-symbols.ts';
import { installLibraries } from './install-libraries.ts';
import { bytesBelow, inMegabytes, LAMBDA_LIMIT_BYTES, packageSizes } from './layer-sizes.ts';
import { smokeTest, whyUntried } from './smoke-test.ts';
import { trimLibraries } from './trim-libraries.ts';

/** Bumped when this folder changes what it builds, so that the layer's hash changes too. */
const BUILDER_VERSION = 3;

export interface LayerOrder {
  /** A lock file with hashes. */
  requirements: string;
  pythonVersion: string;
  architecture: 'x86_64' | 'arm64';
}

export interface BuiltLayer {
  bytes: number;
  byteCode: boolean;
  /** Bytes by package, largest first. */
  packages: Map<string, number>;
  /** What the smoke test did, in words. */
  smokeTest: string;
  warning?: string;
}

/**
 * Same order, same layer: the hash that CDK names the asset by, known before it is built. A machine without the order's Python
 * builds another layer, without byte code; one that cannot try it, another, with symbols.
 */
export function layerHash(order: LayerOrder): string {
  const { requirements, pythonVersion, architecture } = order;
  const byteCode = findPython(pythonVersion) !== undefined;
  const tried = whyUntried(order) === undefined;
  return createHash('sha256')
    .update(JSON.stringify([BUILDER_VERSION, pythonVersion, architecture, byteCode, tried]))
    .update(readFileSync(requirements))
    .digest('hex');
}

/**
 * The libraries of a lock below `<output>/python`: installed for Lambda, trimmed, compiled, and tried.
 *
 * @throws where there is no Python with pip, a wheel is missing, the result does not work, or is larger than Lambda takes.
 */
export function buildLayer(order: LayerOrder, outputDirectory: string): BuiltLayer {
  const target = path.join(outputDirectory, 'python');
  installLibraries(order, target);
  trimLibraries(target);
  // Libraries are changed only where it can be seen that they still work.
  if (whyUntried(order) === undefined) dropSymbols(target);
  const byteCode = compileModules(target, order.pythonVersion, 'removed');
  const layer: BuiltLayer = {
    bytes: bytesBelow(outputDirectory),
    byteCode,
    packages: packageSizes(target),
    smokeTest: smokeTest(target, order),
    ...(!byteCode && { warning: withoutByteCode(order.pythonVersion) }),
  };
  if (layer.bytes > LAMBDA_LIMIT_BYTES)
    throw new Error(
      `The libraries of ${order.requirements} take ${inMegabytes(layer.bytes)} MB unzipped; Lambda takes ${inMegabytes(LAMBDA_LIMIT_BYTES)} MB as a layer. ` +
        "Set the runtime's `packaging` to `image`, or remove requirements from its lock.",
    );
  return layer;
}

/**
 * What an operator sees of a layer that was just built.
 *
 * @param of whose libraries it holds, in words.
 */
export function describeLayer(of: string, layer: BuiltLayer): string {
  const { bytes, byteCode, packages } = layer;
  const shown = [...packages].filter(([, size]) => size >= 100_000);
  const rest = bytes - shown.reduce((sum, [, size]) => sum + size, 0);
  return [
    `Libraries of ${of}: ${inMegabytes(bytes)} of ${inMegabytes(LAMBDA_LIMIT_BYTES)} MB unzipped, ${byteCode ? 'as byte code' : 'as sources'}.`,
    ...[...shown, ['the rest', rest] as const].map(
      ([owner, size]) => `  ${inMegabytes(size).padStart(6)} MB  ${owner}`,
    ),
    layer.smokeTest,
    ...(layer.warning ? [`WARNING: ${layer.warning}`] : []),
  ].join('\n');
}
