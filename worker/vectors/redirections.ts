import type { QdrantClient } from '@qdrant/js-client-rest';

import { describeUnfollowed, mostRedirections, readPath, readTarget } from '../../shared/http.ts';
import { quoteAnswer } from '../../shared/quote-answer.ts';
import type { ServiceAddress } from '../../shared/service-access.ts';
import { PulseError } from '../errors.ts';
import { callsOf } from './calls.ts';
import type { Call } from './calls.ts';

type Address = Pick<ServiceAddress, 'origin' | 'prefix'>;

/**
 * Opens a client that follows redirections on the same server alone, to the same request below
 * another path: `/collections/x` to `/qdrant/collections/x`. Left to itself it takes the header
 * `api-key` and the points along to any server that an answer names.
 *
 * Of each request it has, its library asks with the options that it is given; the path below the
 * prefix is its own.
 *
 * @param open makes a client for an address
 * @throws PulseError QDRANT_ANSWER of kind `away` from each request that is sent elsewhere
 */
export function openOnSameServer(
  address: Address,
  open: (address: Address) => QdrantClient,
  left = mostRedirections,
): QdrantClient {
  const client = open(address);
  let moved: { readonly prefix: string; readonly client: QdrantClient } | undefined;
  const openBelow = (prefix: string): QdrantClient => {
    if (moved?.prefix !== prefix)
      moved = { prefix, client: openOnSameServer({ ...address, prefix }, open, left - 1) };
    return moved.client;
  };
  const calls = callsOf(client);
  for (const [name, call] of Object.entries(calls)) {
    const askOnce: Call = async (payload, init) => {
      try {
        return requireResult(await call(payload, { ...init, redirect: 'manual' }));
      } catch (error) {
        const move = findMove(address, error);
        if (move === undefined) throw error;
        if (move.prefix === undefined || left === 0) throw toRedirectionError(move, error);
        return callsOf(openBelow(move.prefix))[name]?.(payload, init);
      }
    };
    calls[name] = Object.assign(askOnce, call);
  }
  return client;
}

/** A login or a firewall may answer 200 with a page, of which the client only says `undefined`. */
function requireResult(answer: unknown): unknown {
  const { status, data } = answer as { readonly status: number; readonly data: unknown };
  if (readPath(data, 'result') !== undefined) return answer;
  const words = quoteAnswer(typeof data === 'string' ? data : JSON.stringify(data));
  const said = `Qdrant answered ${status}, with something other than a result: ${words}`;
  throw new PulseError('QDRANT_ANSWER', 'away', said, answer);
}

interface Move {
  readonly target: URL;
  readonly status: number;
  /** What stands before the same path on the same server; undefined where that is not the target. */
  readonly prefix: string | undefined;
}

function findMove({ origin, prefix }: Address, error: unknown): Move | undefined {
  const { status, headers, url } = error as Partial<Response>;
  if (status === undefined || headers === undefined || url === undefined) return undefined;
  const target = readTarget(new URL(url), status, headers);
  if (target === undefined) return undefined;
  const path = url.slice(`${origin}${prefix}`.length);
  const found = `${target.pathname}${target.search}`;
  const isSameRequest = target.origin === origin && status !== 303 && found.endsWith(path);
  return { target, status, prefix: isSameRequest ? found.slice(0, -path.length) : undefined };
}

function toRedirectionError({ target, status }: Move, cause: unknown): PulseError {
  return new PulseError(
    'QDRANT_ANSWER',
    'away',
    `Qdrant answered ${status}${describeUnfollowed(target)}`,
    cause,
  );
}
