import { Ajv, type ValidateFunction } from 'ajv';
import changeMatrix from './change-matrix.schema.json' with { type: 'json' };
import checkAnswer from './check-answer.schema.json' with { type: 'json' };
import checkRequest from './check-request.schema.json' with { type: 'json' };
import chunk from './chunk.schema.json' with { type: 'json' };
import chunkMessage from './chunk-message.schema.json' with { type: 'json' };
import chunkReference from './chunk-reference.schema.json' with { type: 'json' };
import comparison from './comparison.schema.json' with { type: 'json' };
import comparisonFigures from './comparison-figures.schema.json' with { type: 'json' };
import currentPointer from './current-pointer.schema.json' with { type: 'json' };
import dialect from './dialect.schema.json' with { type: 'json' };
import difference from './difference.schema.json' with { type: 'json' };
import errorCount from './error-count.schema.json' with { type: 'json' };
import explainRequest from './explain-request.schema.json' with { type: 'json' };
import explanation from './explanation.schema.json' with { type: 'json' };
import type * as types from './generated/types.ts';
import headerRange from './header-range.schema.json' with { type: 'json' };
import histograms from './histograms.schema.json' with { type: 'json' };
import holdEvent from './hold-event.schema.json' with { type: 'json' };
import intakeMessage from './intake-message.schema.json' with { type: 'json' };
import job from './job.schema.json' with { type: 'json' };
import jobEvent from './job-event.schema.json' with { type: 'json' };
import jobState from './job-state.schema.json' with { type: 'json' };
import jobSummary from './job-summary.schema.json' with { type: 'json' };
import jobsComparison from './jobs-comparison.schema.json' with { type: 'json' };
import jobsComparisonFigures from './jobs-comparison-figures.schema.json' with { type: 'json' };
import locatedRowError from './located-row-error.schema.json' with { type: 'json' };
import matrix from './matrix.schema.json' with { type: 'json' };
import modelManifest from './model-manifest.schema.json' with { type: 'json' };
import objectVersion from './object-version.schema.json' with { type: 'json' };
import pinnedModel from './pinned-model.schema.json' with { type: 'json' };
import predictAnswer from './predict-answer.schema.json' with { type: 'json' };
import predictRequest from './predict-request.schema.json' with { type: 'json' };
import prediction from './prediction.schema.json' with { type: 'json' };
import reason from './reason.schema.json' with { type: 'json' };
import rescoreEvent from './rescore-event.schema.json' with { type: 'json' };
import rescoreMessage from './rescore-message.schema.json' with { type: 'json' };
import rescoreRequest from './rescore-request.schema.json' with { type: 'json' };
import rescoreRun from './rescore-run.schema.json' with { type: 'json' };
import rowError from './row-error.schema.json' with { type: 'json' };
import runSummary from './run-summary.schema.json' with { type: 'json' };
import score from './score.schema.json' with { type: 'json' };
import shadowPointer from './shadow-pointer.schema.json' with { type: 'json' };
import sketch from './sketch.schema.json' with { type: 'json' };
import sketchBins from './sketch-bins.schema.json' with { type: 'json' };
import stagedIndex from './staged-index.schema.json' with { type: 'json' };
import statistics from './statistics.schema.json' with { type: 'json' };
import unavailable from './unavailable.schema.json' with { type: 'json' };
import unpackMessage from './unpack-message.schema.json' with { type: 'json' };
import usage from './usage.schema.json' with { type: 'json' };

/** Each contract's name with the type that its schema generates. */
export interface Contracts {
  'check-answer': types.CheckAnswer;
  'check-request': types.CheckRequest;
  chunk: types.Chunk;
  'chunk-message': types.ChunkMessage;
  comparison: types.Comparison;
  'comparison-figures': types.ComparisonFigures;
  'current-pointer': types.CurrentPointer;
  'hold-event': types.HoldEvent;
  'intake-message': types.IntakeMessage;
  job: types.Job;
  'job-event': types.JobEvent;
  'job-state': types.JobState;
  'job-summary': types.JobSummary;
  'jobs-comparison': types.JobsComparison;
  'jobs-comparison-figures': types.JobsComparisonFigures;
  'model-manifest': types.ModelManifest;
  'predict-answer': types.PredictAnswer;
  'predict-request': types.PredictRequest;
  'explain-request': types.ExplainRequest;
  prediction: types.Prediction;
  'rescore-event': types.RescoreEvent;
  'rescore-message': types.RescoreMessage;
  'rescore-request': types.RescoreRequest;
  'rescore-run': types.RescoreRun;
  'run-summary': types.RunSummary;
  score: types.Score;
  'shadow-pointer': types.ShadowPointer;
  'staged-index': types.StagedIndex;
  'unpack-message': types.UnpackMessage;
}

const ajv = new Ajv({
  strict: true,
  allowUnionTypes: true,
  strictRequired: false,
  formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/ },
  schemas: [
    changeMatrix,
    checkAnswer,
    checkRequest,
    chunk,
    chunkMessage,
    chunkReference,
    comparison,
    comparisonFigures,
    currentPointer,
    dialect,
    difference,
    errorCount,
    headerRange,
    histograms,
    holdEvent,
    intakeMessage,
    job,
    jobEvent,
    jobState,
    jobSummary,
    jobsComparison,
    jobsComparisonFigures,
    locatedRowError,
    matrix,
    modelManifest,
    objectVersion,
    pinnedModel,
    reason,
    rescoreEvent,
    rescoreMessage,
    rescoreRequest,
    rescoreRun,
    rowError,
    runSummary,
    score,
    shadowPointer,
    sketch,
    sketchBins,
    stagedIndex,
    statistics,
    unavailable,
    unpackMessage,
    usage,
    explainRequest,
    explanation,
    predictAnswer,
    predictRequest,
    prediction,
  ],
});

export class ContractViolation extends Error {
  override readonly name = 'ContractViolation';
}

/**
 * Parses at the edge, so that the inside can trust. Unknown fields pass: fields are only ever added.
 *
 * @throws ContractViolation naming the contract, the path and the rule, never the value.
 */
export function parseContract<Name extends keyof Contracts>(name: Name, data: unknown): Contracts[Name] {
  const validate = ajv.getSchema(`${name}.schema.json`) as ValidateFunction<Contracts[Name]> | undefined;
  if (!validate) throw new Error(`There is no contract named ${name}.`);
  if (validate(data)) return data;
  const problems = (validate.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath || '/'} ${message}`,
  );
  throw new ContractViolation(`Not a valid ${name}: ${problems.slice(0, 5).join('; ')}`);
}
