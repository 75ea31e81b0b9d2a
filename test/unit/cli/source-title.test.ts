import { expect, test } from 'vitest';
import { sourceTitle } from '../../../core/scores/source-title.ts';

test.each([
  ['patient', 'patient'],
  ['Row', 'Row'],
  ['row', 'source_row'],
  ['proba_', 'source_proba_'],
  ['proba_a\nb', 'source_proba_a\nb'],
  ['source_row', 'source_source_row'],
  ['source_patient', 'source_patient'],
  ['rows', 'rows'],
  ['vector', 'source_vector'],
  ['output_price', 'source_output_price'],
  ['output_', 'source_output_'],
  ['output', 'output'],
  ['source_vector', 'source_source_vector'],
])('a column %j of the source is written as %j', (name, title) => {
  expect(sourceTitle(name)).toBe(title);
});
