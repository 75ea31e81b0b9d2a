import type { IntakeMessage, StartMessage } from '../contracts/generated/types.ts';
import { ContractViolation, parseContract } from '../contracts/validate.ts';
import { modelOfKey } from './keys.ts';

/** A request for a job, whoever asks: the one shape behind the one door. */
export type JobRequest = StartMessage;

/** The part of an S3 notification that is read. `eventTime` orders drops. */
interface S3Record {
  eventName?: string;
  eventTime?: string;
  s3?: { bucket?: { name?: string }; object?: { key?: string; versionId?: string } };
}

/**
 * Consumes the body of an intake message: a raw S3 event or an intake-message. Produces what is asked for, in order.
 * `s3:TestEvent`, folder markers (keys ending in `/`) and removals ask for nothing.
 *
 * @throws ContractViolation for a body that is neither: the dead-letter function sets it aside. It never quotes the body.
 */
export function readIntakeBody(body: string): IntakeMessage[] {
  try {
    return requestsOf(JSON.parse(body));
  } catch (error) {
    if (error instanceof ContractViolation) throw error;
    // Reading is pure, so whatever goes wrong is the body's fault; what a parser says of it may quote it.
    throw new ContractViolation(`Neither an S3 event nor an intake message (${(error as Error).name}).`);
  }
}

function requestsOf(data: unknown): IntakeMessage[] {
  if (isObject(data) && data.Event === 's3:TestEvent') return [];
  if (isObject(data) && Array.isArray(data.Records)) return data.Records.flatMap(fromS3Record);
  return [checkTime(parseContract('intake-message', data))];
}

/** The model that a request names, or that its key's folder names; empty where neither does. */
export const requestedModel = ({ model, source }: JobRequest): string =>
  model ?? modelOfKey(source.key) ?? '';

function fromS3Record(record: S3Record): JobRequest[] {
  const { bucket, object } = record.s3 ?? {};
  if (!record.eventName?.startsWith('ObjectCreated') && !record.eventName?.startsWith('s3:ObjectCreated'))
    return [];
  const key = decodeS3Key(object?.key ?? '');
  if (key.endsWith('/')) return [];
  const message = {
    type: 'start',
    requestedBy: 'drop',
    source: {
      bucket: bucket?.name,
      key,
      ...(object?.versionId && { versionId: object.versionId }),
      ...(record.eventTime && { eventTime: record.eventTime }),
    },
  };
  return [checkTime(parseContract('intake-message', message)) as JobRequest];
}

/** A schema's date-time admits times that are none, such as a 61st second. */
function checkTime(message: IntakeMessage): IntakeMessage {
  const time = message.type === 'start' ? message.source.eventTime : undefined;
  if (time !== undefined) new Date(time).toISOString();
  return message;
}

/** Keys arrive form-encoded in S3 events: a space is `+`, all else is percent-encoded UTF-8. */
const decodeS3Key = (key: string) => decodeURIComponent(key.replaceAll('+', ' '));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
