import { randomUUID } from 'node:crypto';
import type { Answer } from './proxy.ts';
import type { AwsRequest } from './requests.ts';

/** An error as a service words it: XML from S3, JSON with its type from the others. */
export function errorAnswer(
  { operation }: AwsRequest,
  status: number,
  code: string,
  more: Record<string, unknown> = {},
): Answer {
  const message = `${code}, injected by a test.`;
  if (operation.startsWith('S3.')) {
    const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
    return answer(status, 'application/xml', xml);
  }
  const { shape, type } = operation.startsWith('DynamoDB.')
    ? { shape: 'com.amazonaws.dynamodb.v20120810', type: 'application/x-amz-json-1.0' }
    : operation.startsWith('SQS.')
      ? { shape: 'com.amazonaws.sqs', type: 'application/x-amz-json-1.0' }
      : { shape: 'com.amazonaws.events', type: 'application/x-amz-json-1.1' };
  const body = JSON.stringify({ __type: `${shape}#${code}`, message, Message: message, ...more });
  const named = answer(status, type, body);
  return { ...named, headers: [...named.headers, 'x-amzn-errortype', code] };
}

function answer(status: number, type: string, text: string): Answer {
  return {
    status,
    headers: ['content-type', type, 'x-amzn-requestid', randomUUID()],
    body: Buffer.from(text),
  };
}

/** What each service says where it wants it slower: its code, and the status that comes with it. */
export const THROTTLES: Record<string, [number, string]> = {
  DynamoDB: [400, 'ProvisionedThroughputExceededException'],
  S3: [503, 'SlowDown'],
  SQS: [403, 'RequestThrottled'],
  Events: [400, 'ThrottlingException'],
};
