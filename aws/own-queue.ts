import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { sqsClient } from './clients.ts';
import { setting } from './environment.ts';
import type { Patience } from './patience.ts';
import { eachMessage } from './sqs-batch.ts';
import { sendAgain } from './sqs-sender.ts';

/**
 * The handler of a function that is fed from a queue and sends to it: its clients wait as long as the invocation can, and a
 * message that services throttle for longer goes back to the queue.
 *
 * @param queueUrl the variable that holds the queue's URL.
 */
export function ownQueueHandler(
  patience: Patience,
  queueUrl: string,
  handle: (body: string, timeLeft: () => number) => Promise<void>,
) {
  // There is no more patience when a message goes back: the rest of the invocation is enough for the tries that a client has by itself.
  const goingBack = sqsClient();
  return (event: SQSEvent, context: Context) => {
    const timeLeft = () => context.getRemainingTimeInMillis();
    patience.begin(timeLeft);
    return eachMessage(
      event,
      ({ body }) => handle(body, timeLeft),
      (record: SQSRecord) => sendAgain(goingBack, setting(process.env, queueUrl), record),
    );
  };
}
