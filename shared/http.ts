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
  if (!response.ok) throw new HttpStatusError(`${method} ${path}`, response.status, body);
  return body;
}

/** As `fetchText`, and parses the answer as JSON. @throws Error When it is not JSON. */
export async function fetchJson(
  base: string,
  path: string,
  signal: AbortSignal,
  request: Request = {},
): Promise<unknown> {
  const body = await fetchText(base, path, signal, request);
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new Error(`${path} answered something other than JSON: ${body.slice(0, 100)}`, {
      cause: error,
    });
  }
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
