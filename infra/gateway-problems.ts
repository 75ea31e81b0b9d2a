import * as apigateway from 'aws-cdk-lib/aws-apigateway';

interface GatewayProblem {
  type: apigateway.ResponseType;
  status: number;
  title: string;
  code: string;
  detail: string;
  headers?: Record<string, string>;
}

const { ResponseType } = apigateway;

/** What the gateway answers without asking the function. */
const PROBLEMS: readonly GatewayProblem[] = [
  {
    type: ResponseType.INVALID_API_KEY,
    status: 403,
    title: 'Forbidden',
    code: 'no_key',
    detail: 'Send an API key in the header x-api-key: `dropscore key create NAME` makes one.',
  },
  {
    // Its words for a path or a method that there is not.
    type: ResponseType.MISSING_AUTHENTICATION_TOKEN,
    status: 404,
    title: 'Not Found',
    code: 'no_such_path',
    detail: 'There is nothing at this path: see docs/api.md for those there are.',
  },
  {
    type: ResponseType.WAF_FILTERED,
    status: 403,
    title: 'Forbidden',
    code: 'filtered',
    detail: 'The web ACL of this API does not let this request through.',
  },
  {
    type: ResponseType.THROTTLED,
    status: 429,
    title: 'Too Many Requests',
    code: 'too_many_requests',
    detail: 'Over the rate of this API: wait a moment, and ask again.',
    headers: { 'retry-after': "'1'" },
  },
  {
    type: ResponseType.QUOTA_EXCEEDED,
    status: 429,
    title: 'Too Many Requests',
    code: 'quota_exceeded',
    detail: 'The quota of this key is used up.',
    headers: { 'retry-after': "'3600'" },
  },
  {
    type: ResponseType.REQUEST_TOO_LARGE,
    status: 413,
    title: 'Content Too Large',
    code: 'body_too_large',
    detail: 'The body is too large: send fewer records at a time, or drop a file.',
  },
  {
    type: ResponseType.INTEGRATION_TIMEOUT,
    status: 504,
    title: 'Gateway Timeout',
    code: 'too_slow',
    detail: 'There was no answer in 29 seconds: send fewer records at a time, or drop a file.',
  },
  {
    type: ResponseType.DEFAULT_4XX,
    status: 400,
    title: 'Bad Request',
    code: 'invalid_request',
    detail: 'The gateway does not take this request.',
  },
  {
    type: ResponseType.DEFAULT_5XX,
    status: 503,
    title: 'Service Unavailable',
    code: 'unavailable',
    detail: 'There is no answer at this moment: ask again.',
    headers: { 'retry-after': "'2'" },
  },
];

/**
 * Problems (RFC 9457) in place of the gateway's own words. They are the same for everybody and cannot be made to depend on who
 * asks, so that pages of any origin may read them where those of some may call.
 */
export function answerWithProblems(api: apigateway.RestApi, readableByPages: boolean): void {
  for (const { type, status, title, code, detail, headers = {} } of PROBLEMS) {
    const problem = { type: `urn:dropscore:${code}`, title, status, code, detail };
    api.addGatewayResponse(type.responseType, {
      type,
      statusCode: String(status),
      responseHeaders: {
        ...headers,
        // In its own spelling, or the embedded host sends it beside the default.
        'Content-Type': "'application/problem+json'",
        ...(readableByPages && {
          'access-control-allow-origin': "'*'",
          'access-control-expose-headers': "'retry-after'",
        }),
      },
      templates: {
        'application/json': JSON.stringify({ ...problem, instance: 'urn:uuid:$context.requestId' }),
      },
    });
  }
}
