import { createHash, createHmac } from 'node:crypto';
import { LOCAL_AWS } from '../../local/local-aws.ts';
import type { AwsRequest } from './requests.ts';

const SIGNED_ANEW = [
  'authorization',
  'content-length',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
];

/**
 * A JSON request with another body, signed for it by the owner of the local account: the host compares signatures, and no
 * proxy has the keys of a function's role. Signature version 4.
 */
export function signedAnew(request: AwsRequest, body: Buffer): AwsRequest {
  const { headers, method, url, operation } = request;
  const kept = headers.filter((_, i) => !SIGNED_ANEW.includes((headers[i - (i % 2)] ?? '').toLowerCase()));
  const host = kept[kept.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === 'host') + 1];
  const service = { DynamoDB: 'dynamodb', SQS: 'sqs' }[operation.split('.')[0] ?? ''];
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = [time.slice(0, 8), LOCAL_AWS.region, service, 'aws4_request'];
  const [path, query = ''] = url.split('?');
  const canonical = `${method}\n${path}\n${query}\nhost:${host}\nx-amz-date:${time}\n\nhost;x-amz-date\n${sha256(body)}`;
  const toSign = `AWS4-HMAC-SHA256\n${time}\n${scope.join('/')}\n${sha256(canonical)}`;
  const key = scope.reduce(
    (secret: Buffer | string, part) => hmac(secret, part ?? ''),
    `AWS4${LOCAL_AWS.secret}`,
  );
  const signature = hmac(key, toSign).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${LOCAL_AWS.key}/${scope.join('/')}, SignedHeaders=host;x-amz-date, Signature=${signature}`;
  return { ...request, body, headers: [...kept, 'x-amz-date', time, 'authorization', authorization] };
}

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex');
const hmac = (key: Buffer | string, data: string) => createHmac('sha256', key).update(data).digest();
