import { expect, test } from 'vitest';
import { sourceTitle } from '../../../cli/scores/source-title.ts';

test.each([
  ['patient', 'patient'],
  ['Row', 'Row'],
  ['row', 'source_row'],
  ['proba_', 'source_proba_'],
  ['proba_a\nb', 'source_proba_a\nb'],
  ['source_row', 'source_source_row'],
  ['source_patient', 'source_patient'],
  ['rows', 'rows'],
])('a column %j of the source is written as %j', (name, title) => {
  expect(sourceTitle(name)).toBe(title);
});
