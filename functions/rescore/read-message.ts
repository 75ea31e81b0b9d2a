import type { BeginRescoreMessage, RescoreMessage, RescoreRequest } from '../../contracts/generated/types.ts';
import { parseContract } from '../../contracts/validate.ts';
import { readIntakeBody } from '../../core/intake.ts';
import { modelOfPointer, promotionRunId } from '../../core/keys.ts';

/** What a promotion asks for, by model; a model that is not listed is not scored again by itself. */
export type OnPromotion = Readonly<Record<string, Partial<RescoreRequest>>>;

/**
 * Consumes the body of a rescore message: a rescore-message, or a raw S3 event of models' pointers. Produces what is asked for.
 *
 * @throws ContractViolation for a body that is neither.
 */
export function readRescoreBody(body: string, onPromotion: OnPromotion): RescoreMessage[] {
  const data: unknown = JSON.parse(body);
  const isS3 = typeof data === 'object' && data !== null && ('Records' in data || 'Event' in data);
  if (!isS3) return [parseContract('rescore-message', data)];
  return readIntakeBody(body).flatMap((put) =>
    put.type === 'start' ? promotion(put.source, onPromotion) : [],
  );
}

/** The version is the one that is current when the run begins: of two promotions in a row the later one counts. */
function promotion(
  { bucket, key, versionId = '' }: { bucket: string; key: string; versionId?: string },
  onPromotion: OnPromotion,
): BeginRescoreMessage[] {
  const modelName = modelOfPointer(key);
  const asked = modelName === undefined ? undefined : onPromotion[modelName];
  if (modelName === undefined || !asked) return [];
  const request: RescoreRequest = {
    modelName,
    scope: 'changed',
    sources: 'newest',
    onOverlap: 'queue',
    ...asked,
    requestedBy: 'promotion',
  };
  return [{ type: 'begin', runId: promotionRunId({ bucket, key, versionId }), request }];
}
