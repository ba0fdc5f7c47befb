import { setTimeout as delay } from 'node:timers/promises';

import type { QdrantClient } from '@qdrant/js-client-rest';

import type { EmbeddedBy, StoredChunk, VersionContent } from '../documents/version.ts';
import { PulseError } from '../errors.ts';
import type { CollectionLimits } from './limits.ts';
import { buildPoint, buildWrite, filterDocument, isSurplus } from './points.ts';
import { isForeign, isOverLimit, isTooLarge } from './qdrant.ts';
import { RequestSize } from './request-size.ts';

const minuteMs = 60_000;
/** Waits in a row for a limit that others use up; then the document waits as for an outage. */
const mostWaits = 10;
/** No point has it: ids are made of URLs. */
const nobodysId = '00000000-0000-0000-0000-000000000000';

type Payload = Readonly<Record<string, unknown>>;
type Request = (name: string, client: QdrantClient) => Promise<unknown>;

export interface PointWriterOptions {
  readonly dimension: number;
  readonly model: string;
  readonly limits: CollectionLimits;
  /** Sends a request to a collection. @throws PulseError */
  readonly ask: (what: string, request: Request, collection: string) => Promise<unknown>;
  readonly find: (
    filter: ReturnType<typeof filterDocument>,
    fields: string[],
    collection: string,
  ) => AsyncGenerator<{ readonly id: string | number; readonly payload: Payload }>;
  /** @throws PulseError of kind `away` when the collection is not as it has to be */
  readonly check: (collection: string) => Promise<void>;
}

/** The chunks of a version with their vectors, or some of them. */
export interface EmbeddedChunks {
  readonly version: VersionContent;
  readonly chunks: readonly StoredChunk[];
  readonly vectors: readonly (readonly number[])[];
  readonly by: EmbeddedBy;
}

/**
 * Writes and deletes points in requests of the size that the collection and a proxy in front of
 * Qdrant take.
 */
export class PointWriter {
  readonly #options: PointWriterOptions;
  readonly #requestSize: RequestSize;

  constructor(options: PointWriterOptions) {
    this.#options = options;
    this.#requestSize = new RequestSize(options.dimension);
  }

  /** Writes points in their order; after the version's last one, deletes the document's surplus. */
  async write(
    collection: string,
    { version, chunks, vectors, by }: EmbeddedChunks,
    signal?: AbortSignal,
  ): Promise<void> {
    const { model, ask } = this.#options;
    const points = chunks.map((chunk, position) =>
      buildPoint(version, chunk, vectors[position] as readonly number[], model, by),
    );
    const isWhole = chunks.at(-1)?.index === version.chunks.length - 1;
    const deletesInParts = isWhole && (await this.#isRateLimited(collection));
    await this.#inParts(points, collection, signal, async (part, isLast) => {
      const operations = buildWrite(version, part, isLast && isWhole && !deletesInParts);
      await ask(
        'upsert',
        (name, client) => client.batchUpdate(name, { wait: true, operations }),
        collection,
      ).catch((error: unknown) => this.#findReason(collection, error));
    });
    if (deletesInParts)
      await this.#removeInParts(
        collection,
        version.documentId,
        version.versionId,
        signal,
        (found) => isSurplus(found, version),
      );
  }

  /** @param upTo the last version whose points are deleted */
  async remove(collection: string, documentId: string, upTo: number): Promise<unknown> {
    if (await this.#isRateLimited(collection))
      return this.#removeInParts(collection, documentId, upTo);
    const filter = filterDocument(documentId, upTo);
    return this.#options.ask(
      'delete',
      (name, client) => client.delete(name, { wait: true, filter }),
      collection,
    );
  }

  /** Deletes points by their ids. */
  removeIds(collection: string, ids: readonly string[]): Promise<void> {
    return this.#inParts(ids, collection, undefined, (part) =>
      this.#options.ask(
        'delete',
        (name, client) => client.delete(name, { wait: true, points: [...part] }),
        collection,
      ),
    );
  }

  async #isRateLimited(collection: string): Promise<boolean> {
    return (await this.#options.limits.read(collection)).writesPerMinute < Infinity;
  }

  /**
   * Deletes a document's points where each counts for `write_rate_limit`: a deletion by a filter
   * that finds more of them than the limit would never pass. Points of a newer version, which may
   * be written meanwhile, stay.
   */
  async #removeInParts(
    collection: string,
    documentId: string,
    upTo: number,
    signal?: AbortSignal,
    isWanted: (payload: Payload) => boolean = () => true,
  ): Promise<void> {
    const { ask, find } = this.#options;
    const { must } = filterDocument(documentId, upTo);
    const ids: (string | number)[] = [];
    const found = find({ must }, ['version', 'chunkIndex', 'chunker'], collection);
    for await (const { id, payload } of found) if (isWanted(payload)) ids.push(id);
    await this.#inParts(ids, collection, signal, (part) => {
      const filter = { must: [{ has_id: [...part] }, ...must] };
      return ask(
        'delete',
        (name, client) => client.delete(name, { wait: true, filter }),
        collection,
      );
    });
  }

  /**
   * Sends items in parts, in their order. Where the collection takes so many a minute it goes on
   * with the rest after a while: begun again, a large document would use up the limit each time.
   */
  async #inParts<T>(
    items: readonly T[],
    collection: string,
    signal: AbortSignal | undefined,
    send: (part: T[], isLast: boolean) => Promise<unknown>,
  ): Promise<void> {
    const { limits } = this.#options;
    const pace = { most: Infinity, waits: 0 };
    for (let start = 0; start < items.length;) {
      const { mostPerWrite } = await limits.read(collection);
      const end = start + Math.min(this.#requestSize.points, mostPerWrite, pace.most);
      const part = items.slice(start, end);
      try {
        await send(part, end >= items.length);
        start += part.length;
        pace.waits = 0;
      } catch (error) {
        const perMinute = isOverLimit(error)
          ? (await limits.read(collection)).writesPerMinute
          : Infinity;
        if (perMinute < Infinity && pace.waits < mostWaits) {
          pace.waits += 1;
          pace.most = Math.ceil(Math.min(part.length, perMinute) / 2);
          const pauseMs = (minuteMs * pace.most) / perMinute;
          await delay(pauseMs, undefined, signal === undefined ? {} : { signal });
        } else this.#requestSize.shrink(part.length, error);
      }
    }
  }

  /**
   * Finds out whether points were refused for what is in them: another write passes then, and the
   * collection is as it has to be.
   *
   * @throws PulseError in any case
   */
  async #findReason(collection: string, error: unknown): Promise<never> {
    const { ask, check } = this.#options;
    if (!(error instanceof PulseError) || isTooLarge(error)) throw error;
    if (error.kind === 'final') await check(collection);
    if (!isForeign(error)) throw error;
    const operations = [{ delete: { points: [nobodysId] } }];
    const passes = await ask(
      'check',
      (name, client) => client.batchUpdate(name, { wait: true, operations }),
      collection,
    ).then(
      () => true,
      () => false,
    );
    if (!passes) throw error;
    const words = 'other writes pass: a firewall or a proxy refuses what is in these points';
    throw new PulseError('QDRANT_ANSWER', 'retryable', `${error.message}; ${words}`, error);
  }
}
