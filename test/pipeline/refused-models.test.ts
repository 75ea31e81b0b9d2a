import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { getObject, putObject } from '../../aws/s3-objects.ts';
import type { ModelManifest } from '../../contracts/generated/types.ts';
import { currentKey, manifestKey } from '../../core/keys.ts';
import { commandLine } from './command-line.ts';
import { makeModels, publishArguments } from './models/made-models.ts';
import { type Pipeline, thePipeline } from './pipeline.ts';

const SOUND = 'sklearn-pkl';
const { folder, models } = makeModels('sklearn');
afterAll(() => rmSync(folder, { recursive: true }));
const canary = path.join(folder, 'canary');

let pipeline: Pipeline;
let sound: { manifest: ModelManifest; artifact: Buffer };
let rows: Buffer;
beforeAll(async () => {
  pipeline = await thePipeline();
  const made = models.find(({ name }) => name === SOUND) ?? expect.unreachable();
  const name = `${SOUND}-sound`;
  const published = await commandLine(inject('stack'))(...publishArguments({ ...made, name }));
  expect(published.code, published.stderr).toBe(0);
  rows = readFileSync(made.drop);
  const manifest: ModelManifest = JSON.parse(String(await stored(manifestKey(name, 1))));
  sound = { manifest, artifact: (await stored(`${name}/1/${manifest.artifacts[0]?.path}`)) as Buffer };
});

const stored = (key: string) => getObject(pipeline.s3, pipeline.resources.modelsBucket, key);

/** What somebody who may write to the registry could leave there: a version and its pointer, of a new name. */
async function plant(name: string, manifest: ModelManifest, artifact: Buffer): Promise<void> {
  const put = (key: string, body: string | Buffer) =>
    putObject(pipeline.s3, pipeline.resources.modelsBucket, key, body, 'application/octet-stream');
  await put(`${name}/1/${manifest.artifacts[0]?.path}`, artifact);
  await put(manifestKey(name, 1), JSON.stringify({ ...manifest, name }));
  await put(currentKey(name), JSON.stringify({ version: 1 }));
}

/** A manifest that says the truth about another artifact. */
function describing(artifact: Buffer): ModelManifest {
  const path = sound.manifest.artifacts[0]?.path ?? '';
  const sha256 = createHash('sha256').update(artifact).digest('hex');
  return { ...sound.manifest, artifacts: [{ path, sha256, bytes: artifact.length }] };
}

const changed = (change: (manifest: ModelManifest) => void): ModelManifest => {
  const manifest = structuredClone(sound.manifest);
  change(manifest);
  return manifest;
};

it('planted as it was published, the version scores', async () => {
  await plant('planted-sound', sound.manifest, sound.artifact);
  const { state } = await pipeline.ended(await pipeline.drop('rows.csv', rows, 'planted-sound'));
  expect(state).toMatchObject({ status: 'completed', rowsFailed: 0 });
});

describe('what training did not mean is refused before a row is scored, naming both sides', () => {
  it.each<[string, () => [ModelManifest, Buffer], string, RegExp]>([
    [
      'case 22: an artifact that was overwritten',
      () => [sound.manifest, Buffer.concat([sound.artifact, Buffer.from('.')])],
      'artifact_corrupt',
      /model\.joblib/,
    ],
    [
      'case 24: another version of a library',
      () => [
        changed(({ libraries }) => {
          libraries['scikit-learn'] = '1.3.2';
        }),
        sound.artifact,
      ],
      'versions_differ',
      /1\.3\.2[\s\S]*1\.9\.1|1\.9\.1[\s\S]*1\.3\.2/,
    ],
    [
      'case 24: a golden row that was changed',
      () => [
        changed(({ golden }) => {
          const [first] = golden?.outputs ?? [];
          if (first?.score === undefined) throw new Error('the model has no golden row with a score');
          first.score = first.score > 0.5 ? 0.125 : 0.875;
        }),
        sound.artifact,
      ],
      'golden_rows_differ',
      /0\.[18][27]5/,
    ],
    [
      'a feature that the model has and the manifest lacks',
      () => [
        changed((manifest) => {
          manifest.features.pop();
          for (const row of manifest.golden?.rows ?? []) row.pop();
        }),
        sound.artifact,
      ],
      'model_invalid',
      /takes 3 features.*lists 2/,
    ],
    [
      'a runtime that the stack does not have',
      () => [
        changed((manifest) => {
          manifest.runtime = 'sklearn-1-3';
        }),
        sound.artifact,
      ],
      'unknown_runtime',
      /sklearn-1-3[\s\S]*classic/,
    ],
    [
      'case 23: a pickle with a foreign global',
      () => {
        const artifact = Buffer.from(`cposix\nsystem\n(Vtouch ${canary}\ntR.`);
        return [describing(artifact), artifact];
      },
      'untrusted_global',
      /posix:system/,
    ],
  ])('%s', async (what, version, code, message) => {
    const name = `refused-${what.replace(/^case \d+: /, '').replaceAll(' ', '-')}`;
    await plant(name, ...version());
    const id = await pipeline.drop('rows.csv', rows, name);
    const { state } = await pipeline.ended(id);
    expect(state).toMatchObject({ status: 'failed', rowsScored: 0, reason: { code } });
    expect(state.reason?.message).toMatch(message);
    expect(await pipeline.scoresOf(id, 1)).toEqual([]);
    expect(existsSync(canary)).toBe(false);
  });
});
