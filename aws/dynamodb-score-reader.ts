import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Score } from '../contracts/generated/types.ts';
import { float32Vector } from '../core/float32.ts';
import * as keys from '../core/keys.ts';
import type { ScoreReader } from '../core/score-reader.ts';

/** Blocks asked for ahead of the one being read: hides the round trip, and holds at most as many pages of 1 MB. */
const BLOCKS_AHEAD = 4;
/** Scores of a record that are asked for at once: most records have fewer. */
const HISTORY_PAGE = 100;

/** Reads the Scores table: a job's rows consistently, a record's by an index, which may lag. A job's rows lie in blocks of 1,000, each a partition sorted by row. */
export function dynamodbScoreReader(client: DynamoDBDocumentClient, table: string): ScoreReader {
  const query = async (input: Omit<QueryCommandInput, 'TableName'>) => {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({ TableName: table, ...input }),
    );
    return { scores: Items.map(asScore), next: LastEvaluatedKey };
  };

  return {
    async *scoresOf(jobId, from, to, only) {
      const blocks = blockQueries(jobId, from, to, only);
      const ahead: { input: ReturnType<typeof blockQuery>; page: ReturnType<typeof query> }[] = [];
      const ask = () => {
        const { value: input, done } = blocks.next();
        if (done) return;
        const page = query(input);
        // Awaited in its turn; without this, a failure ahead of its turn would count as unhandled.
        page.catch(() => {});
        ahead.push({ input, page });
      };
      for (let i = 0; i < BLOCKS_AHEAD; i++) ask();
      for (let block = ahead.shift(); block; block = ahead.shift()) {
        let { scores, next } = await block.page;
        ask();
        if (scores.length > 0) yield scores;
        while (next) {
          ({ scores, next } = await query({ ...block.input, ExclusiveStartKey: next }));
          if (scores.length > 0) yield scores;
        }
      }
    },

    async *scoresOfRecord(model, recordId) {
      const input = {
        IndexName: 'by-record',
        ScanIndexForward: false,
        KeyConditionExpression: '#record = :record',
        ExpressionAttributeNames: { '#record': 'record' },
        ExpressionAttributeValues: { ':record': keys.recordPartition(model, recordId) },
        Limit: HISTORY_PAGE,
      };
      let next: QueryCommandInput['ExclusiveStartKey'];
      do {
        const page = await query({ ...input, ExclusiveStartKey: next });
        yield page.scores;
        next = page.next;
      } while (next);
    },
  };
}

function* blockQueries(jobId: string, from: number, to: number, only: 'errors' | undefined) {
  for (let row = from; row < to; row = (Math.floor(row / keys.ROWS_PER_BLOCK) + 1) * keys.ROWS_PER_BLOCK)
    yield blockQuery(jobId, row, to, only);
}

/** Rows from `row` up to `to`, as far as they lie in the block of `row`: the partition bounds it from above. */
function blockQuery(jobId: string, row: number, to: number, only: 'errors' | undefined) {
  return {
    // Rows that were written a moment ago would be missed otherwise, and a row that is not there is told as lost.
    ConsistentRead: true,
    KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :first AND :last',
    ...(only && { FilterExpression: 'attribute_exists(#error)' }),
    ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk', ...(only && { '#error': 'error' }) },
    ExpressionAttributeValues: {
      ':pk': keys.scorePartition(jobId, row),
      ':first': row,
      ':last': to - 1,
    },
  };
}

/** An item as its contract has it: without the keys of the table and of the index, and a vector as numbers. */
function asScore({ pk, sk, record, recordOrder, vector, ...fields }: Record<string, unknown>): Score {
  const score = fields as unknown as Score;
  return vector instanceof Uint8Array ? { ...score, vector: float32Vector(vector) } : score;
}
