import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Pool } from 'pg';

import { PulseError } from '../errors.ts';
import { bodyLimit, lineLimit } from './limits.ts';

/** Sixteen bodies of the largest size would be some 600 MiB when they are parsed. */
const maxBytesInHand = 128 * 2 ** 20;
/**
 * What of it bodies may be whose signature can be checked only once all of the body has come:
 * anybody may send them, slowly and with any signature, and must not keep out who has a key.
 */
const maxUncheckedBytes = maxBytesInHand / 2;
const maxCallersWaiting = 200;

/** Lets a request for documents in only when this process can take it. */
export class Gate {
  readonly #pool: Pick<Pool, 'waitingCount'>;
  readonly #isSchemaReady: () => boolean;
  #bytesInHand = 0;
  #uncheckedBytes = 0;
  readonly #unchecked = new WeakMap<FastifyRequest, () => void>();

  constructor(pool: Pick<Pool, 'waitingCount'>, isSchemaReady: () => boolean) {
    this.#pool = pool;
    this.#isSchemaReady = isSchemaReady;
  }

  /** Counts the request's bytes until it is answered or its connection ends. */
  readonly enter: onRequestHookHandler = (request, reply, done) =>
    this.#enter(countBytesToHold(request, Math.max(bodyLimit, 2 * lineLimit)), reply, done);

  /** The same for a route that takes one body, and no lines. */
  readonly enterWithOneBody: onRequestHookHandler = (request, reply, done) =>
    this.#enter(countBytesToHold(request, bodyLimit), reply, done);

  /** The same for a body whose signature is not checked before `confirm`. */
  readonly enterUnchecked: onRequestHookHandler = (request, reply, done) => {
    const bytes = countBytesToHold(request, bodyLimit);
    if (this.#uncheckedBytes + bytes > maxUncheckedBytes)
      return done(new PulseError('API_BUSY', 'away', 'too many bytes are not checked yet'));
    this.#enter(bytes, reply, (error) => {
      if (error === undefined) this.#noteUnchecked(request, reply, bytes);
      done(error);
    });
  };

  /** The body of this request is its sender's. */
  readonly confirm = (request: FastifyRequest): void => this.#unchecked.get(request)?.();

  #noteUnchecked(request: FastifyRequest, { raw }: FastifyReply, bytes: number): void {
    this.#uncheckedBytes += bytes;
    const end = (): void => {
      if (this.#unchecked.delete(request)) this.#uncheckedBytes -= bytes;
    };
    this.#unchecked.set(request, end);
    raw.once('close', end);
  }

  #enter(bytes: number, reply: FastifyReply, done: (error?: Error) => void): void {
    if (!this.#isSchemaReady())
      return done(
        new PulseError('POSTGRES_UNREACHABLE', 'away', 'Postgres has not answered since the start'),
      );
    if (this.#bytesInHand + bytes > maxBytesInHand)
      return done(new PulseError('API_BUSY', 'away', 'too many bytes are in hand'));
    if (this.#pool.waitingCount > maxCallersWaiting)
      return done(new PulseError('API_BUSY', 'away', 'too many callers wait for Postgres'));
    this.#bytesInHand += bytes;
    reply.raw.once('close', () => {
      this.#bytesInHand -= bytes;
    });
    done();
  }
}

/**
 * What of the body may be in memory at a time, as far as the headers tell: of lines, the one that
 * is stored and the one that comes in.
 */
function countBytesToHold({ headers }: FastifyRequest, most: number): number {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers;
  if (length === undefined && encoding === undefined) return 0;
  return Math.min(Number(length ?? Infinity), most);
}
