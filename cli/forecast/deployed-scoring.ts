import type { DeployedScoring } from '../../aws/stack-outputs.ts';
import type { Connection } from '../connection.ts';
import { Failure } from '../failure.ts';

/** How the stack splits and scores. @throws Failure where it was deployed by a release that does not tell. */
export function deployedScoring({ resources }: Pick<Connection, 'resources'>): DeployedScoring {
  if (resources.scoring) return JSON.parse(resources.scoring);
  throw new Failure('scoring_unknown', 'This stack does not tell how it splits and scores.', {
    remedy: 'It was deployed by an earlier release: deploy it again.',
  });
}

/** @throws Failure where the stack has no such runtime. */
export function deployedPredictor(scoring: DeployedScoring, runtime: string) {
  const predictor = scoring.predictors[runtime];
  if (predictor) return predictor;
  throw new Failure('unknown_runtime', `This stack has no runtime ${runtime}.`, {
    remedy: `Its runtimes are ${Object.keys(scoring.predictors).join(', ')}.`,
  });
}
