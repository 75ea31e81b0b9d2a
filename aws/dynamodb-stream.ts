import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import type { JobState, RescoreRun } from '../contracts/generated/types.ts';
import { RUN, STATE } from '../core/keys.ts';
import { withoutKeys } from './dynamodb-ledger-reads.ts';

/** The new states of jobs that a batch of the Jobs table's stream holds; the event source's filter lets little else through. */
export const streamedStates = (event: DynamoDBStreamEvent): JobState[] => newImages<JobState>(event, STATE);

/** The new states of runs, likewise. */
export const streamedRuns = (event: DynamoDBStreamEvent): RescoreRun[] => newImages<RescoreRun>(event, RUN);

function newImages<T>(event: DynamoDBStreamEvent, sk: string): T[] {
  return event.Records.flatMap(({ dynamodb }) => {
    const item = dynamodb?.NewImage && unmarshall(dynamodb.NewImage as Record<string, AttributeValue>);
    return item?.sk === sk ? [withoutKeys<T>(item)] : [];
  });
}
