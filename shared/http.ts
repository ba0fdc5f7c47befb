import { HttpStatusError } from './cause.ts';
import { readServiceUrl, writeAuthorization } from './service-access.ts';

interface Request {
  readonly method?: 'DELETE';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Sends one HTTP request: POST with a JSON body if there is one, else GET, where no other method is
 * given.
 *
 * @returns The body of the answer.
 * @throws HttpStatusError For every status other than 2xx, with the answer's body.
 */
export async function fetchText(
  base: string,
  path: string,
  signal: AbortSignal,
  request: Request = {},
): Promise<string> {
  return (await send(base, path, signal, request)).body;
}

/** As `fetchText`, and parses the answer as JSON. @throws Error When it is not JSON. */
export async function fetchJson(
  base: string,
  path: string,
  signal: AbortSignal,
  request: Request = {},
): Promise<unknown> {
  const { body, moved } = await send(base, path, signal, request);
  try {
    return JSON.parse(body);
  } catch (error) {
    const start = body.slice(0, 100);
    throw new Error(`${path} answered something other than JSON${moved}: ${start}`, {
      cause: error,
    });
  }
}

/** An answer, and where a redirection led to: it may drop a key, or make a GET of a POST. */
async function send(
  base: string,
  path: string,
  signal: AbortSignal,
  request: Request,
): Promise<{ readonly body: string; readonly moved: string }> {
  const method = request.method ?? (request.body === undefined ? 'GET' : 'POST');
  const { origin, prefix, login } = readServiceUrl(base);
  const response = await fetch(`${origin}${prefix}${path}`, {
    method,
    signal,
    headers: {
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...writeAuthorization({ login }),
      ...request.headers,
    },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  });
  const body = await response.text();
  const moved = response.redirected ? describeMove(new URL(response.url)) : '';
  if (!response.ok) throw new HttpStatusError(`${method} ${path}`, response.status, body, moved);
  return { body, moved };
}

/** Without the query, which may carry a secret. */
function describeMove({ origin, pathname }: URL): string {
  return `, after a redirection to ${origin}${pathname}`;
}

/** The value at a path of keys in an answer of any shape, or undefined. */
export function readPath(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null
        ? (inner as Record<string, unknown>)[key]
        : undefined,
    value,
  );
}
