import type { CurrentPointer } from '../contracts/generated/types.ts';
import { Failure } from './failure.ts';
import type { ModelCatalog, ReadPointer } from './model-catalog.ts';

/**
 * Moves a model's pointer from where it was read.
 *
 * @throws Failure where someone else moved it meanwhile: theirs may be what is wanted now.
 */
export async function movePointer(
  catalog: ModelCatalog,
  name: string,
  to: CurrentPointer,
  before: ReadPointer | undefined,
): Promise<void> {
  if (await catalog.movePointer(name, to, before)) return;
  const now = await catalog.currentVersion(name);
  throw new Failure(
    'pointer_moved',
    `Someone else changed the current version of ${name} meanwhile${now === undefined ? '' : `: it is ${now}`}.`,
    { remedy: 'Nothing was changed. Run the command again if you still want to.' },
  );
}
