/** The configuration of HAProxy, the front door. Valid in HAProxy 2.6 and in 3.x. */
import { codes } from '../shared/codes.ts';
import type { Code } from '../shared/codes.ts';

export interface HaproxyArgs {
  /** Ports on which it listens, all with the same answers. */
  readonly ports: readonly number[];
  /** With it, this port gives them over TLS, and the port for hooks speaks TLS as well. */
  readonly tls?: { readonly port: number; readonly file: string } | undefined;
  /** Port on which it answers `/api/webhook/*` alone; absent, there is none. */
  readonly hookPort?: number | undefined;
  /** Port on which it tells its own metrics, without a key; it must not be published. */
  readonly metricsPort: number;
  /** Addresses and networks whose word on their client is taken. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** Name on the network that resolves to the address of every replica. */
  readonly replicas: string;
  /** Port of a replica. */
  readonly replicaPort: number;
  /** How many replicas there may be. */
  readonly mostReplicas: number;
}

/** A little above the 64 MiB that the API takes, so that the API's own answer is the usual one. */
const largestBodyBytes = 65 * 1024 * 1024;

/** Callers' connections at once; with the inner ones that is twice as many, of two buffers each. */
const mostConnections = 1_000;

/** The same on the port for hooks: who fills it leaves the API open to its other callers. */
const mostHookConnections = 200;

/** Connections of those who scrape. */
const mostScrapes = 10;

/** Plain names alone: dots and escapes could be another address to who reads it after this. */
const hookPath = '^/api/webhook(/[A-Za-z0-9_-]+)+$';

/** Proxies one after the other, before the front door: as a CDN, a tunnel and a local one. */
const mostProxies = 4;

/** How long a caller's idle connection is kept. */
const idleSeconds = 30;

/** A caller may try again after this; a replica starts within. */
const retryAfterSeconds = 2;

/** As long as a stopping replica may finish what it has in hand. */
export const stopLimitSeconds = 10;

/** Where its configuration is: in memory, for the root is read-only. */
export const configFolder = '/run/haproxy';

/** Where the file with certificates and their key is. */
export const certificateFolder = '/run/haproxy-tls';

/**
 * What the container runs. The configuration is the script's first argument: the engine may be on
 * another machine, the configuration holds no secret, and a difference of it is shown by a preview
 * line by line. No socket for statistics: whoever reaches one can change servers.
 */
export const startScript = `
set -eu
printf '%s\n' "$0" > ${configFolder}/haproxy.cfg
exec haproxy -db -f ${configFolder}/haproxy.cfg
`;

/**
 * What HAProxy answers by itself: status, code, and whether another attempt may help. Where it
 * understands no request (400) or none comes (408), it sends a page of its own, which 2.6 does not
 * let us choose.
 */
const answers: readonly (readonly [status: number, code: Code, isTemporary: boolean])[] = [
  [404, 'DOOR_NOT_FOUND', false],
  [413, 'DOOR_TOO_LARGE', false],
  [502, 'DOOR_REPLICA_LOST', true],
  [503, 'DOOR_NO_REPLICA', true],
  [504, 'DOOR_SLOW_ANSWER', true],
];

/**
 * Writes the whole configuration. It names no replica and not how many there are, so that HAProxy
 * is not replaced when they are: replaced, it would refuse connections for a second or two.
 *
 * Why each time is what it is: docs/decisions/0029-front-door.md.
 */
export function haproxyConfiguration(args: HaproxyArgs): string {
  const sections = [
    globalSection,
    defaultsSection(),
    resolversSection,
    door(args),
    hooks(args),
    exporter(args),
    backendInside,
    inner(args),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

const globalSection = [
  'global',
  '  log stdout format raw local0 info',
  `  maxconn ${2 * (mostConnections + mostHookConnections) + mostScrapes}`,
  '  nbthread 2',
  `  hard-stop-after ${stopLimitSeconds}s`,
];

function defaultsSection(): string[] {
  return [
    'defaults',
    '  mode http',
    '  log global',
    // Only what went wrong; the API itself says what it answered.
    '  option dontlognull',
    '  option dontlog-normal',
    `  log-format '${logFormat}'`,
    '  timeout http-request 10s',
    '  timeout client 30s',
    `  timeout http-keep-alive ${idleSeconds}s`,
    '  timeout connect 1s',
    '  timeout queue 5s',
    '  timeout server 120s',
    '  timeout check 3s',
    // Another replica is tried only where none of the request was sent: no body goes out twice.
    '  retries 3',
    '  retry-on conn-failure',
    '  option redispatch 1',
    ...answers.map(([status, code, isTemporary]) => ownAnswer(status, code, isTemporary)),
  ];
}

/** Neither headers nor the query string: both may hold what is secret. */
const logFormat = JSON.stringify({
  msg: 'request',
  client: '%ci',
  method: '%HM',
  path: '%[var(txn.path),json(utf8s)]',
  status: '%ST',
  ms: '%Ta',
  replica: '%s',
  retries: '%rc',
  ended: '%tsc',
});

/** A problem document (RFC 9457), as the API's own answers are. */
function ownAnswer(status: number, code: Code, isTemporary: boolean): string {
  const { meaning, check } = codes[code];
  const body = JSON.stringify({ type: `/codes/${code}`, title: meaning, status, code, check });
  return (
    `  http-error status ${status} content-type application/problem+json string ${quote(body)}` +
    (isTemporary ? ` hdr Retry-After ${retryAfterSeconds}` : '')
  );
}

/** Strong quotes take every character but themselves. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Docker's DNS in every container; it forgets a container as soon as that has ended. */
const resolversSection = [
  'resolvers docker',
  '  nameserver engine 127.0.0.11:53',
  '  accepted_payload_size 8192',
  '  resolve_retries 3',
  '  timeout resolve 1s',
  '  timeout retry 1s',
  '  hold valid 1s',
  '  hold obsolete 1s',
  '  hold nx 1s',
  // The engine's DNS was away, not the replicas.
  '  hold other 30s',
  '  hold refused 30s',
  '  hold timeout 30s',
];

function door(args: HaproxyArgs): string[] {
  const { ports, tls } = args;
  return [
    'frontend door',
    ...ports.map((port) => `  bind *:${port}`),
    ...(tls === undefined ? [] : [`  bind *:${tls.port}${encrypted(tls.file)}`]),
    `  maxconn ${mostConnections}`,
    '  http-request set-var(txn.path) path',
    ...ofEveryRequest(args),
  ];
}

/** HTTP/1.1 alone: the limits here count connections, and one of HTTP/2 carries many requests. */
function encrypted(file: string): string {
  return ` ssl crt ${file} ssl-min-ver TLSv1.2 alpn http/1.1`;
}

/** The API's routes for crawlers, and nothing else of it: this port may be open to the internet. */
function hooks(args: HaproxyArgs): string[] {
  const { hookPort, tls } = args;
  if (hookPort === undefined) return [];
  return [
    'frontend hooks',
    `  bind *:${hookPort}${tls === undefined ? '' : encrypted(tls.file)}`,
    `  maxconn ${mostHookConnections}`,
    '  http-request set-var(txn.path) path',
    `  http-request deny deny_status 404 unless { path -m reg ${hookPath} }`,
    ...ofEveryRequest(args),
  ];
}

/**
 * What HAProxy knows of itself: connections, what it answered by itself, which replicas are up.
 * Debian's 2.6 and the official images have the exporter; where an image has none, there is no such
 * port.
 */
function exporter({ metricsPort }: HaproxyArgs): string[] {
  return [
    '.if feature(PROMEX)',
    'frontend metrics',
    `  bind *:${metricsPort}`,
    `  maxconn ${mostScrapes}`,
    '  http-request set-var(txn.path) path',
    '  http-request use-service prometheus-exporter if { path /metrics }',
    '  http-request deny deny_status 404',
    '.endif',
  ];
}

function ofEveryRequest({ tls, trustedProxies = [] }: HaproxyArgs): string[] {
  const protocol = tls === undefined ? 'http' : '%[ssl_fc,iif(https,http)]';
  const fromProxy = `{ src ${trustedProxies.join(' ')} }`;
  const isProxied = trustedProxies.length > 0;
  return [
    `  http-request deny deny_status 413 if { req.hdr_val(content-length) gt ${largestBodyBytes} }`,
    // What the client says of itself is not passed on: the API believes these.
    '  http-request del-header Forwarded',
    '  http-request del-header X-Forwarded-Host',
    `  http-request set-header X-Forwarded-Proto ${protocol}` +
      (isProxied ? ` unless ${fromProxy} { req.hdr(x-forwarded-proto) -m str http https }` : ''),
    ...(isProxied ? clientBefore(trustedProxies) : []),
    '  http-request set-header X-Forwarded-For %[src]',
    // A caller that knows of no limit would use a connection that is closed here already.
    `  http-response set-header Keep-Alive timeout=${idleSeconds - 5}`,
    '  default_backend inside',
  ];
}

/**
 * Takes the client's address from `X-Forwarded-For`, from its end as long as what was there is a
 * trusted proxy: each proxy adds whom it saw, and what stands before that anybody can have written.
 * What is no address ends it, and leaves the proxy as the client.
 */
function clientBefore(trustedProxies: readonly string[]): string[] {
  const isTrusted = `{ var(txn.client) -m ip ${trustedProxies.join(' ')} }`;
  return [
    '  http-request set-var(txn.client) src',
    ...Array.from({ length: mostProxies }, (_, index) => {
      const place = index + 1;
      return (
        `  http-request set-var(txn.client) req.hdr(x-forwarded-for,-${place}) ` +
        `if ${isTrusted} { req.hdr_cnt(x-forwarded-for) ge ${place} }`
      );
    }),
    '  http-request set-src var(txn.client)',
  ];
}

/**
 * Callers keep their connections, and yet learn by a 502 that a replica was lost. On a connection's
 * second request HAProxy would close it without an answer, so each request goes through an inner
 * connection of its own, on which it is the first.
 */
const backendInside = [
  'backend inside',
  '  option http-server-close',
  '  http-reuse never',
  '  server inside abns@inside send-proxy-v2',
];

function inner({ replicas, replicaPort, mostReplicas }: HaproxyArgs): string[] {
  return [
    'frontend inside',
    '  bind abns@inside accept-proxy',
    '  http-request set-var(txn.path) path',
    '  default_backend api',
    '',
    'backend api',
    '  balance leastconn',
    // No connection to a replica is older than its request, so none was closed there meanwhile.
    '  http-reuse never',
    '  option httpchk',
    '  http-check send meth GET uri /health ver HTTP/1.1 hdr Host api',
    '  http-check expect status 200',
    // A stopping replica says 503 and serves on for 3 s; it gets no more requests after 1.5 s.
    '  default-server check inter 1s fastinter 500ms fall 2 rise 1',
    `  server-template api- ${mostReplicas} ${replicas}:${replicaPort} ` +
      'resolvers docker resolve-prefer ipv4 init-addr none',
  ];
}
