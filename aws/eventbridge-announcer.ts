import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { HoldEvent, JobEvent, RescoreEvent } from '../contracts/generated/types.ts';

/**
 * Puts an event of a job or a run on the bus. PutEvents answers 200 for an entry it did not take: that is a failure.
 *
 * @throws when the entry was not taken; the caller's redelivery sends it again with the same event id.
 */
export async function announce(
  client: EventBridgeClient,
  bus: string,
  name: string,
  event: JobEvent | HoldEvent | RescoreEvent,
): Promise<void> {
  const { FailedEntryCount, Entries } = await client.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: bus,
          Source: 'dropscore',
          DetailType: name,
          Detail: JSON.stringify(event),
          Resources: [],
        },
      ],
    }),
  );
  if (FailedEntryCount)
    throw new Error(`EventBridge did not take the event: ${Entries?.[0]?.ErrorCode ?? 'no code given'}`);
}
