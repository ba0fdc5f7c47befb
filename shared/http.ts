import { HttpStatusError } from './cause.ts';
import { quoteAnswer } from './quote-answer.ts';
import { fetchWithinLimit } from './request-limits.ts';
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
  return parseJson(body, `${readServiceUrl(base).prefix}${path}`, moved);
}

/** As `fetchJson`, of an answer that `follow` returned. @throws Error When it is not JSON. */
export async function readJson(response: Response, path: string, moved: string): Promise<unknown> {
  return parseJson(await response.text(), path, moved);
}

function parseJson(body: string, path: string, moved: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    const start = quoteAnswer(body, 100);
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
  const address = new URL(`${origin}${prefix}${path}`);
  const asked = {
    method,
    signal,
    headers: {
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...writeAuthorization({ login }),
      ...request.headers,
    },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  };
  const { response, moved } = await follow(address, asked, fetchWithinLimit);
  const body = await response.text();
  if (!response.ok)
    throw new HttpStatusError(`${method} ${prefix}${path}`, response.status, body, moved);
  return { body, moved };
}

interface Followed {
  readonly response: Response;
  /** Where redirections led to, or would have led to, after a comma; empty where there was none. */
  readonly moved: string;
}

/** Those and as many as `fetch` follows. */
const redirections: readonly number[] = [301, 302, 303, 307, 308];
export const mostRedirections = 20;

/**
 * Follows redirections on the same server alone. `fetch` would take the header `api-key` and the
 * body of a request along to another server, which has no right to either.
 *
 * @param ask sends one request; `fetchWithinLimit` where the caller has time to wait for a limit
 * @returns the answer; that of a redirection, with its status, where it is not followed
 */
export async function follow(
  address: URL,
  request: RequestInit,
  ask: typeof fetchWithinLimit = fetch,
): Promise<Followed> {
  let url = address;
  for (let left = mostRedirections; ; left--) {
    const response = await ask(url, { ...request, redirect: 'manual' });
    const target = readTarget(url, response.status, response.headers);
    const keepsMethod = request.body === undefined || [307, 308].includes(response.status);
    if (target?.origin !== url.origin || !keepsMethod || left === 0) {
      const moved = target === undefined ? describeMove(address, url) : describeUnfollowed(target);
      return { response, moved };
    }
    await response.body?.cancel();
    url = target;
  }
}

/** @returns where the answer of an address leads to; undefined where it is no redirection */
export function readTarget(address: URL, status: number, headers: Headers): URL | undefined {
  const location = redirections.includes(status) ? headers.get('location') : null;
  return location === null ? undefined : (URL.parse(location, address) ?? undefined);
}

/** Without the query, which may carry a secret. */
function describeMove(asked: URL, { href, origin, pathname }: URL): string {
  return href === asked.href ? '' : `, after a redirection to ${origin}${pathname}`;
}

/** Without the query, as well. */
export function describeUnfollowed({ origin, pathname }: URL): string {
  return `, a redirection to ${origin}${pathname}, which is not followed`;
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
