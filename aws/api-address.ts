import type { AwsOptions } from './clients.ts';

/**
 * Where an API answers, without a slash at the end. A host that stands in for AWS has all APIs below one path of its own,
 * whatever the stack says.
 *
 * @param url as the stack has it: `https://<api>.execute-api.<region>.amazonaws.com/<stage>/`.
 */
export function apiAddress(
  url: string,
  { endpoint = process.env.AWS_ENDPOINT_URL }: Pick<AwsOptions, 'endpoint'> = {},
): string {
  const { hostname, pathname } = new URL(url);
  const stage = pathname.replace(/\/$/, '');
  if (!endpoint) return `https://${hostname}${stage}`;
  return `${endpoint.replace(/\/$/, '')}/_aws/execute-api/${hostname.split('.')[0]}${stage}`;
}
