import type { SQSClientConfig } from '@aws-sdk/client-sqs';

/** Of one call, six seconds at most: what takes longer, a queue waits for better than a function. */
const TRIES = 7;
const SHORTEST_WAIT_MS = 50;
/** What is left of an invocation when waiting ends: enough to send its message again. */
const RESERVE_MS = 10_000;

/** As the SDK tells failures that pass from others. */
const PASSING: readonly string[] = ['THROTTLING', 'TRANSIENT'];

interface RetryToken {
  getRetryCount(): number;
  getRetryDelay(): number;
}

/**
 * How long the calls of an invocation may wait for a service. The SDK's own patience does not know when the invocation ends:
 * one that is stopped in the midst of waiting uses up a receive of its message.
 */
export class Patience {
  #timeLeft: () => number = () => Number.POSITIVE_INFINITY;

  /** An invocation begins. A function has one at a time, and its clients outlive it. */
  begin(timeLeft: () => number): void {
    this.#timeLeft = timeLeft;
  }

  /** For clients whose calls are to be waited for so, with full jitter. */
  readonly retryStrategy = {
    acquireInitialRetryToken: async () => tokenOf(0, 0),
    refreshRetryTokenForRetry: async (token: RetryToken, { errorType }: { errorType: string }) => {
      const tries = token.getRetryCount() + 1;
      const wait = Math.random() * SHORTEST_WAIT_MS * 2 ** tries;
      const isOver = tries === TRIES || this.#timeLeft() - wait < RESERVE_MS;
      // The SDK throws the failure itself then.
      if (isOver || !PASSING.includes(errorType)) throw new Error('There is no more patience.');
      return tokenOf(tries, wait);
    },
    recordSuccess() {},
  } satisfies SQSClientConfig['retryStrategy'];
}

const tokenOf = (tries: number, wait: number): RetryToken => ({
  getRetryCount: () => tries,
  getRetryDelay: () => wait,
});
