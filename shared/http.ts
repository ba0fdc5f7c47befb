import { HttpStatusError } from './cause.ts';

interface Request {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One HTTP exchange in full; anything but 2xx is an error that quotes the answer. */
export async function fetchText(
  base: string,
  path: string,
  signal: AbortSignal,
  request: Request = {},
): Promise<string> {
  const method = request.body === undefined ? 'GET' : 'POST';
  const response = await fetch(`${base.replace(/\/+$/, '')}${path}`, {
    method,
    signal,
    headers: {
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...request.headers,
    },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  });
  const body = await response.text();
  if (!response.ok) throw new HttpStatusError(`${method} ${path}`, response.status, body);
  return body;
}

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

/** The value at a path of keys, or undefined: an answer is the other side's and may have any shape. */
export function readPath(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null
        ? (inner as Record<string, unknown>)[key]
        : undefined,
    value,
  );
}
