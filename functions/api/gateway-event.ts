import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { HttpRequest } from './request.ts';

/** A request of a REST API, as the gateway hands it to a function. */
export function requestOf(event: APIGatewayProxyEvent): HttpRequest {
  const { httpMethod, resource, path, requestContext, body, isBase64Encoded } = event;
  const text = body && isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  return {
    id: requestContext.requestId,
    method: httpMethod,
    resource,
    path,
    pathParameters: segments(resource, path),
    query: present(event.queryStringParameters),
    headers: Object.fromEntries(
      Object.entries(present(event.headers)).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    ...(text && { body: text }),
    ...(requestContext.identity.apiKeyId && { caller: requestContext.identity.apiKeyId }),
  };
}

/**
 * The segments of a path that a template names, as they were sent: which of the gateway's own parameters are decoded is not
 * promised. Counted from the end, since a domain of one's own may put a base path before them.
 */
function segments(template: string, path: string): Record<string, string> {
  const names = template.split('/');
  const given = path.replace(/\/$/, '').split('/').slice(-names.length);
  return Object.fromEntries(
    names.flatMap((name, i) => (/^{\w+}$/.test(name) ? [[name.slice(1, -1), given[i] ?? '']] : [])),
  );
}

type Given = Readonly<Record<string, string | undefined>> | null;

const present = (given: Given): Record<string, string> =>
  Object.fromEntries(
    Object.entries(given ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
