import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { LocatedRowError, Score } from '../contracts/generated/types.ts';
import type { Place } from '../core/forget-store.ts';
import * as keys from '../core/keys.ts';
import { dynamodbItems } from './dynamodb-items.ts';

/** An item takes 400 KB; a place without a key of the greatest length takes some 200 bytes. */
const MOST_PLACES_BYTES = 300_000;

/** Forgotten records in the Jobs table, and the items of the Scores table that are written over. */
export function dynamodbForgetting(
  client: DynamoDBDocumentClient,
  { jobsTable, scoresTable }: { jobsTable: string; scoresTable: string },
) {
  const jobs = dynamodbItems(client, jobsTable);
  const scores = dynamodbItems(client, scoresTable);
  const mark = (model: string, recordId: string) => ({
    pk: keys.forgottenPartition(model),
    sk: keys.forgottenSort(model, recordId),
  });
  const places = (model: string, recordId: string) => ({
    pk: keys.forgottenPlacesPartition(model),
    sk: keys.forgottenSort(model, recordId),
  });

  return {
    async mark(model: string, recordId: string, forgottenAt: string): Promise<void> {
      await jobs.put({ ...mark(model, recordId), forgottenAt });
    },

    async knownPlaces(model: string, recordId: string): Promise<Place[]> {
      return ((await jobs.read(places(model, recordId)))?.places as Place[] | undefined) ?? [];
    },

    async notePlaces(model: string, recordId: string, found: readonly Place[]): Promise<void> {
      let bytes = 0;
      const fitting = found.filter((place) => {
        bytes += Buffer.byteLength(JSON.stringify(place));
        return bytes <= MOST_PLACES_BYTES;
      });
      await jobs.put({ ...places(model, recordId), places: fitting });
    },

    async replaceFirstErrors(
      jobId: string,
      chunk: number | undefined,
      firstErrors: readonly LocatedRowError[],
    ): Promise<void> {
      await client.send(
        new UpdateCommand({
          TableName: jobsTable,
          Key: {
            pk: keys.jobPartition(jobId),
            sk: chunk === undefined ? keys.SUMMARY : keys.chunkSort(chunk),
          },
          UpdateExpression: 'SET #firstErrors = :firstErrors',
          ExpressionAttributeNames: { '#firstErrors': 'firstErrors' },
          ExpressionAttributeValues: { ':firstErrors': firstErrors },
        }),
      );
    },

    replaceItem: (score: Score, recordId: string): Promise<boolean> =>
      scores.put(
        { pk: keys.scorePartition(score.jobId, score.row), sk: score.row, ...score },
        { condition: '#recordId = :recordId', values: { recordId } },
      ),
  };
}
