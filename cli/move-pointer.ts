import type { CurrentPointer, ShadowPointer } from '../contracts/generated/types.ts';
import { Failure } from './failure.ts';
import type { ModelCatalog, ReadPointer, ReadShadow } from './model-catalog.ts';

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
  throw pointerMoved(`the current version of ${name}`, now);
}

/**
 * Moves the pointer of a model to the version that is tried, likewise.
 *
 * @throws Failure likewise.
 */
export async function moveShadow(
  catalog: ModelCatalog,
  name: string,
  to: ShadowPointer,
  before: ReadShadow | undefined,
): Promise<void> {
  if (await catalog.moveShadow(name, to, before)) return;
  throw pointerMoved(`the shadow of ${name}`, (await catalog.shadow(name))?.pointer.version);
}

const pointerMoved = (what: string, now: number | undefined): Failure =>
  new Failure(
    'pointer_moved',
    `Someone else changed ${what} meanwhile${now === undefined ? '' : `: it is ${now}`}.`,
    { remedy: 'Nothing was changed. Run the command again if you still want to.' },
  );
