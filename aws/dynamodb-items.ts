import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  type QueryCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { conditional, type Expressions, unlessConditionFails } from './dynamodb-writes.ts';

export type Item = Record<string, unknown>;
type Key = { pk: string; sk: string };
type Condition = Omit<Expressions, 'update'>;
export type Update = Expressions & { update: string };
type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** A place where nothing is. */
export const ABSENT: Condition = { condition: 'attribute_not_exists(#pk)' };

/** Consistent reads and conditional writes of one table. A write answers whether it was made: its condition may not hold. */
export function dynamodbItems(client: DynamoDBDocumentClient, table: string) {
  const putting = (item: Item, condition?: Condition) => ({
    TableName: table,
    Item: item,
    ...(condition && conditional(condition)),
  });
  const updating = (key: Key, { update, ...condition }: Update) => ({
    TableName: table,
    Key: key,
    UpdateExpression: update,
    ...conditional({ update, ...condition }),
  });
  const pages = async function* (input: Omit<QueryCommandInput, 'TableName'>): AsyncGenerator<Item[]> {
    for await (const { Items } of paginateQuery({ client }, { TableName: table, ...input }))
      yield Items ?? [];
  };

  return {
    async read(key: Key): Promise<Item | undefined> {
      const get = new GetCommand({ TableName: table, Key: key, ConsistentRead: true });
      return (await client.send(get)).Item;
    },
    pages,
    async *query(input: Omit<QueryCommandInput, 'TableName'>): AsyncGenerator<Item> {
      for await (const page of pages(input)) yield* page;
    },
    put: (item: Item, condition?: Condition) =>
      unlessConditionFails(() => client.send(new PutCommand(putting(item, condition)))),
    update: (key: Key, update: Update) =>
      unlessConditionFails(() => client.send(new UpdateCommand(updating(key, update)))),
    /** All of them or none. */
    together: (...writes: readonly Write[]) =>
      unlessConditionFails(() => client.send(new TransactWriteCommand({ TransactItems: [...writes] }))),
    /** Writes of `together`. */
    putting: (item: Item, condition?: Condition): Write => ({ Put: putting(item, condition) }),
    updating: (key: Key, update: Update): Write => ({ Update: updating(key, update) }),
  };
}
