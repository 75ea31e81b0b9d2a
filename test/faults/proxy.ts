import { Agent, createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { type AwsRequest, isAbout, operationOf } from './requests.ts';
import { signedAnew } from './signing.ts';

/** What the sender of a request gets. */
export interface Answer {
  status: number;
  /** Names and values in turns. */
  headers: string[];
  body: Buffer;
  /** Bytes of the body after which the connection breaks; all are announced. */
  cutAfter?: number;
}

/**
 * Sends a request on to the host, unchanged or with other JSON in it.
 *
 * @throws where the host refuses what it would have taken unchanged: then the fault is none.
 */
export type Forward = (changed?: object) => Promise<Answer>;

/** What becomes of a request. `lost` is a connection that breaks without an answer. */
export type Fault = (request: AwsRequest, forward: Forward) => Promise<Answer | 'lost'>;

export interface Rule {
  on: string;
  /** A text that path or body hold. */
  about?: string;
  when?: (request: AwsRequest) => boolean;
  /** Requests that pass before the first that is met. */
  after?: number;
  /** How many are met; one where absent. */
  times?: number;
}

/** A fault that was put in the way. A test that never met it has shown nothing. */
export interface Injected {
  rule: Rule;
  /** The requests that met it, oldest first. */
  met: AwsRequest[];
  /** Resolved when the last of them has come. */
  allMet: Promise<void>;
  /** Takes it out of the way; a second time changes nothing. */
  remove(): void;
}

export interface FaultProxy {
  inject(rule: Rule, fault: Fault): Injected;
  /** @throws where a fault was none. */
  close(): Promise<void>;
}

/** Stands between the functions and the host. What no rule is about goes through byte for byte. */
export async function startProxy(port: number, upstream: string): Promise<FaultProxy> {
  const rules: (Injected & { fault: Fault; seen: number; told: () => void })[] = [];
  const broken: BrokenFault[] = [];
  const host = new URL(upstream);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });

  const faultFor = (request: AwsRequest): Fault => {
    for (const injected of rules) {
      const { on, about, when, after = 0, times = 1 } = injected.rule;
      if (request.operation !== on || (about !== undefined && !isAbout(request, about))) continue;
      if (when && !when(request)) continue;
      if (injected.met.length === times || injected.seen++ < after) continue;
      if (injected.met.push(request) === times) injected.told();
      return injected.fault;
    }
    return (_, forward) => forward();
  };

  const sentOn = ({ method, url: path, headers: own, body }: AwsRequest): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const headers = [...without(own, HOP_BY_HOP), 'content-length', String(body.length)];
      const { hostname, port } = host;
      const outgoing = send({ agent, hostname, port, method, path, headers }, (answer) => {
        const { statusCode: status = 0, rawHeaders } = answer;
        buffer(answer).then((body) => resolve({ status, headers: rawHeaders, body }), reject);
      });
      outgoing.on('error', reject).end(body);
    });

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch((error) => {
      if (error instanceof BrokenFault) broken.push(error);
      incoming.socket.destroy();
    });
  });
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const request = await read(incoming);
    const answer = await faultFor(request)(request, async (changed) => {
      if (!changed) return sentOn(request);
      const answer = await sentOn(signedAnew(request, Buffer.from(JSON.stringify(changed))));
      if (REFUSALS.test(answer.body.toString())) throw new BrokenFault(request, answer);
      return answer;
    });
    if (answer === 'lost') incoming.socket.destroy();
    else write(answer, request.method, outgoing);
  };

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return {
    inject(rule, fault) {
      let told = () => {};
      const allMet = new Promise<void>((resolve) => {
        told = resolve;
      });
      const remove = () => {
        if (rules.includes(injected)) rules.splice(rules.indexOf(injected), 1);
      };
      const injected = { ...{ rule, fault, met: [], seen: 0 }, allMet, told, remove };
      rules.push(injected);
      return injected;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
      if (broken.length > 0) throw new AggregateError(broken, broken.join('\n'));
    },
  };
}

const REFUSALS = /SignatureDoesNotMatch|AccessDenied|ValidationException|SerializationException/;

class BrokenFault extends Error {
  constructor({ operation }: AwsRequest, { status, body }: Answer) {
    super(`The host refuses what a fault made of ${operation}: ${status} ${body}`);
  }
}

/** Set anew: bodies are read whole, and the two connections are each their own. */
const HOP_BY_HOP = ['connection', 'content-length', 'expect', 'keep-alive', 'transfer-encoding'];

async function read(incoming: IncomingMessage): Promise<AwsRequest> {
  const { method = '', url = '', rawHeaders, headers, socket } = incoming;
  const port = socket.remotePort ?? 0;
  const operation = operationOf(method, url, headers['x-amz-target'] as string | undefined);
  return { operation, method, url, headers: rawHeaders, body: await buffer(incoming), port };
}

function write({ status, headers, body, cutAfter }: Answer, method: string, outgoing: ServerResponse): void {
  // The answer to HEAD tells the length of a body that it has not.
  const own = method === 'HEAD' ? [] : ['content-length', String(body.length)];
  const dropped = method === 'HEAD' ? HOP_BY_HOP.filter((name) => name !== 'content-length') : HOP_BY_HOP;
  outgoing.writeHead(status, [...without(headers, dropped), ...own]);
  if (cutAfter === undefined) outgoing.end(body);
  else outgoing.write(body.subarray(0, cutAfter), () => outgoing.socket?.destroy());
}

function without(headers: readonly string[], names: readonly string[]): string[] {
  return headers.filter((_, i) => !names.includes((headers[i - (i % 2)] ?? '').toLowerCase()));
}
