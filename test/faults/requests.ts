import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A request of a function or a client, as the proxy received it. */
export interface AwsRequest {
  /** `DynamoDB.BatchWriteItem`, `SQS.SendMessageBatch`, `Events.PutEvents`, `S3.GetObject`. */
  operation: string;
  method: string;
  /** Path and query, as they were written. */
  url: string;
  /** Names and values in turns, as Node has them. */
  headers: string[];
  body: Buffer;
  /** Of the sender's end of the connection. */
  port: number;
}

/** DynamoDB, SQS and EventBridge name the operation in a header; S3's follows from the method and the query. */
export function operationOf(method: string, url: string, target: string | undefined): string {
  if (target) {
    const [service = '', operation] = target.split('.');
    return `${service.replace(/_.*|^Amazon|^AWS/g, '')}.${operation}`;
  }
  const [path = '', query = ''] = url.split('?');
  const hasKey = path.split('/').filter(Boolean).length > 1;
  if (method === 'GET') return hasKey ? 'S3.GetObject' : 'S3.ListObjects';
  const name = { PUT: 'PutObject', HEAD: 'HeadObject', DELETE: 'DeleteObject', POST: 'Post' }[method];
  return `S3.${name ?? method}${/(^|&)(uploads|uploadId)/.test(query) ? 'Part' : ''}`;
}

/** Whether a request is about something: a job's id, a file, a model's artifact. */
export const isAbout = ({ url, body }: AwsRequest, what: string): boolean =>
  url.includes(what) || body.includes(what);

/**
 * The process that sent a request (Linux): the one that holds the other end of its connection. Several workers of a function
 * may run, and it is this one that is at the point where the request stands.
 */
export function senderOf({ port }: AwsRequest): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const connection = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, address = '']) => address.endsWith(local));
  const socket = `socket:[${connection?.[9]}]`;
  const sender = readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && filesOf(pid).includes(socket));
  if (!sender) throw new Error(`Nobody holds port ${port}: its process has ended.`);
  return Number(sender);
}

/** None for a process that has ended meanwhile, or is another user's. */
function filesOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  } catch {
    return [];
  }
}
