import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import type { JobState } from '../contracts/generated/types.ts';
import { STATE } from '../core/keys.ts';
import { withoutKeys } from './dynamodb-ledger-reads.ts';

/** The new states of jobs that a batch of the Jobs table's stream holds; the event source's filter lets little else through. */
export function streamedStates(event: DynamoDBStreamEvent): JobState[] {
  return event.Records.flatMap(({ dynamodb }) => {
    const item = dynamodb?.NewImage && unmarshall(dynamodb.NewImage as Record<string, AttributeValue>);
    return item?.sk === STATE ? [withoutKeys<JobState>(item)] : [];
  });
}
