import { expect, test } from 'vitest';
import { resolveTarget } from '../../../cli/target.ts';

const LOCAL = { stack: 'Dropscore', endpoint: 'http://127.0.0.1:4566' };

test('a named stack wins over a local one that runs', () => {
  expect(resolveTarget('Live', LOCAL)).toEqual({ kind: 'aws', stack: 'Live' });
});

test('without a name the running local stack is meant', () => {
  expect(resolveTarget(undefined, LOCAL)).toEqual({ kind: 'local', ...LOCAL });
});

test('with neither, both remedies are named', () => {
  const failing = () => resolveTarget(undefined, undefined);
  expect(failing).toThrow(expect.objectContaining({ code: 'no_target', exitCode: 2 }));
  expect(failing).toThrow(
    expect.objectContaining({ remedy: expect.stringMatching(/local up.*--stack or DROPSCORE_STACK/) }),
  );
});
