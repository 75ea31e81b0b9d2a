import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Connection, openConnection } from '../cli/connection.ts';
import type { SettingsInput } from '../infra/settings.ts';
import type { LocalStack } from '../local/local-record.ts';
import { down, up } from '../local/local-stack.ts';
import { publishModels } from '../local/publish-models.ts';

/** A stack that nobody else uses, on an embedded host of its own, with the sample models. */
export interface OwnStack {
  stack: LocalStack;
  connection: Connection;
  /** For sources; gone with the stack. */
  folder: string;
  close(): Promise<void>;
}

export const SAMPLE_MODELS = '.dropscore/sample-data/models';

/** @param settings over those of a deployment. */
export async function ownStack(settings: SettingsInput): Promise<OwnStack> {
  // The SDK is pinned at a version that supports this Node; its notice of later ones would stand between the results.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const folder = mkdtempSync(path.join(tmpdir(), 'dropscore-own-'));
  const close = async () => {
    await down({ stateDirectory: folder });
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const { stack } = await up({ stateDirectory: folder, settings });
    await publishModels(stack, SAMPLE_MODELS);
    const connection = await openConnection({ kind: 'local', ...stack });
    return { stack, connection, folder, close };
  } catch (error) {
    await close();
    throw error;
  }
}
