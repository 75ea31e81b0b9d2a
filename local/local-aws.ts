import type { AwsOptions } from '../aws/clients.ts';

/** What the embedded host takes from a client. None of it is secret. */
export const LOCAL_AWS = {
  region: 'us-east-1',
  account: '000000000000',
  key: 'test',
  secret: 'test',
} as const;

export const localAws = (endpoint: string): AwsOptions => ({
  endpoint,
  region: LOCAL_AWS.region,
  credentials: { accessKeyId: LOCAL_AWS.key, secretAccessKey: LOCAL_AWS.secret },
});
