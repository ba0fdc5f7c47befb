import type { QdrantClient } from '@qdrant/js-client-rest';

import { selectDocumentInstruction } from '../../shared/model-instructions.ts';
import type { FoundChunk } from '../../shared/search-answer.ts';
import type { Scope } from '../documents/filters.ts';
import type { EmbeddedBy } from '../documents/version.ts';
import { PulseError } from '../errors.ts';
import {
  createIndexes,
  explainRights,
  findCollection,
  prepareCollection,
  resolveAlias,
} from './collection.ts';
import type { CollectionIdentity, CollectionInfo } from './collection.ts';
import { CollectionInstruction } from './instruction.ts';
import { CollectionLimits } from './limits.ts';
import type { Limits } from './limits.ts';
import { PointWriter } from './point-writer.ts';
import type { EmbeddedChunks } from './point-writer.ts';
import { buildFilter, readFound, readIndexes } from './points.ts';
import { Qdrant, withoutCollection } from './qdrant.ts';

const pointsPerPage = 1_000;

export interface VectorSettings {
  readonly qdrantUrl: string;
  readonly qdrantApiKey?: string | undefined;
  readonly qdrantLogin?: string | undefined;
  readonly collection: string;
  readonly vectorDim: number;
  readonly embeddingModel: string;
  /** As it is configured; absent, as `auto`. */
  readonly documentInstruction?: string | undefined;
}
/** A document's points: their number, their versions and their embedders. */
export interface PointsOfDocument {
  points: number;
  readonly versions: Set<number>;
  readonly embedders: Set<string>;
}

export interface WriteOptions {
  /** A collection other than the one in use. */
  readonly into?: string;
  /** The text that stood before the chunks when they were embedded. */
  readonly instruction?: string;
  /** Ends a wait for a limit of writes. */
  readonly signal?: AbortSignal;
}

/** The points of one collection, behind its alias. Every method throws a PulseError. */
export class Vectors {
  readonly identity: CollectionIdentity;
  readonly qdrant: Qdrant;
  readonly #writer: PointWriter;
  readonly instruction: CollectionInstruction;
  readonly limits: CollectionLimits;
  /** Whether this process has seen the collection. Reset when Qdrant says that there is none. */
  #ensured = false;
  /** Whether this process has seen that every field of a filter has its index. */
  #indexed = false;

  constructor(settings: VectorSettings) {
    const { qdrantUrl, qdrantApiKey, collection, vectorDim, embeddingModel } = settings;
    const configured = settings.documentInstruction ?? 'auto';
    this.identity = {
      alias: collection,
      model: embeddingModel,
      dimension: vectorDim,
      documentInstruction: selectDocumentInstruction(embeddingModel, configured),
    };
    this.qdrant = new Qdrant(qdrantUrl, { apiKey: qdrantApiKey, login: settings.qdrantLogin });
    const isNamed = configured !== 'auto' && configured !== 'none';
    this.instruction = new CollectionInstruction(this.qdrant, this.identity, isNamed);
    this.limits = new CollectionLimits(this.qdrant);
    this.#writer = new PointWriter({
      dimension: vectorDim,
      model: embeddingModel,
      limits: this.limits,
      ask: (what, request, name) => this.#ask(what, request, name),
      find: (filter, fields, name) => this.#find(filter, fields, name),
      check: (name) => this.#checkShape(name),
    });
  }

  /**
   * Creates the collection, its payload indexes and its alias where they are missing. An existing
   * alias is never moved.
   *
   * @throws PulseError when the collection has another dimension, distance or model
   */
  async ensureCollection(): Promise<void> {
    const { alias } = this.identity;
    await this.qdrant.ask('collection', async (client) => {
      // A key that may use its own collection alone may not list others, and need not.
      if ((await findCollection(client, alias)) !== undefined)
        return this.#see(await prepareCollection(client, alias, this.identity));
      await explainRights(this.identity, async () => {
        const { name } = await resolveAlias(client, alias);
        this.#see(await prepareCollection(client, name, this.identity));
        await client.updateCollectionAliases({
          actions: [{ create_alias: { collection_name: name, alias_name: alias } }],
        });
      });
    });
    this.#ensured = true;
  }

  /** Remembers what the collection in use says of itself. */
  #see(found: CollectionInfo): void {
    this.instruction.see(found);
    this.limits.see(this.identity.alias, found);
  }

  /**
   * Reads which text stands before each document of a collection.
   *
   * @param of a collection other than the one in use
   * @returns that of a new collection where there is none yet
   */
  documentInstruction(of?: string): Promise<string> {
    return this.instruction.read(of);
  }

  /** Makes the payload indexes before the first filter of this process, where there are points. */
  async #prepareFilters(): Promise<void> {
    if (this.#indexed) return;
    const { alias } = this.identity;
    await this.qdrant.ask('payload indexes', async (client) => {
      const found = await findCollection(client, alias);
      if (found === undefined) return;
      this.limits.see(alias, found);
      await createIndexes(client, alias, found, readIndexes);
    });
    this.#indexed = true;
  }

  /**
   * Writes the points of some or all chunks of a version, in their order. Points of a newer version
   * stay. The request with the version's last chunk also deletes the document's surplus points,
   * after the write, so that there is always at least one whole version. May be repeated.
   *
   * @throws PulseError QDRANT_INSTRUCTION when the collection in use has another one
   */
  async write(
    embedded: EmbeddedChunks,
    { into, instruction, signal }: WriteOptions = {},
  ): Promise<void> {
    if (!this.#ensured && into === undefined) await this.ensureCollection();
    if (instruction !== undefined && into === undefined)
      await this.instruction.refuseOther(instruction);
    await this.#writer.write(into ?? this.identity.alias, embedded, signal);
  }

  /**
   * Deletes a document's points; where there is no collection there are none, and it is made: a
   * Qdrant that came up after the workers does not have it yet.
   *
   * @param upTo the last version whose points are deleted
   * @param from a collection other than the one in use
   */
  async remove(documentId: string, upTo = Number.MAX_SAFE_INTEGER, from?: string): Promise<void> {
    const removal = this.#writer.remove(from ?? this.identity.alias, documentId, upTo);
    const isDone = await removal.then(() => true).catch(withoutCollection(false));
    if (!isDone && from === undefined) await this.ensureCollection();
  }

  /** Deletes points by their ids. */
  removePoints(ids: readonly string[]): Promise<void> {
    return this.#writer.removeIds(this.identity.alias, ids);
  }

  /**
   * @param urls searches these documents only
   * @returns the nearest chunks, best first
   */
  async search(
    vector: readonly number[],
    limit: number,
    { exceptDomain, ...filters }: Scope = {},
    urls?: readonly string[],
  ): Promise<FoundChunk[]> {
    const facets = buildFilter(filters);
    const must =
      urls === undefined ? facets : [...facets, { key: 'url', match: { any: [...urls] } }];
    const { points } = await this.#ask('query', (name, client, { mostPerPage }) =>
      client.query(name, {
        query: vector as number[],
        limit: Math.min(limit, mostPerPage),
        filter: { must, ...(exceptDomain !== undefined && { must_not: [isOf(exceptDomain)] }) },
        with_payload: ['url', 'title', 'passage', 'prefix', 'chunkIndex'],
      }),
    );
    return points.map(readFound);
  }

  /**
   * @param embedder only points that it made
   * @param of a collection other than the one in use
   * @returns the points by document id; none when there is no such collection
   */
  async inventory({ embedder, of }: { embedder?: EmbeddedBy; of?: string } = {}): Promise<
    Map<string, PointsOfDocument>
  > {
    const found = new Map<string, PointsOfDocument>();
    const filter = {
      must: embedder === undefined ? [] : [{ key: 'embedder', match: { value: embedder } }],
    };
    for await (const { payload } of this.#find(filter, ['documentId', 'version', 'embedder'], of)) {
      const documentId = String(payload['documentId']);
      const entry = found.get(documentId) ?? {
        points: 0,
        versions: new Set(),
        embedders: new Set(),
      };
      entry.points += 1;
      entry.versions.add(Number(payload['version']));
      entry.embedders.add(String(payload['embedder']));
      found.set(documentId, entry);
    }
    return found;
  }

  /** @returns the ids of the documents of at most `limit` points that this embedder made */
  async documentsBy(embedder: EmbeddedBy, limit: number): Promise<string[]> {
    const filter = { must: [{ key: 'embedder', match: { value: embedder } }] };
    const page = await this.#ask('scroll', (name, client, { mostPerPage }) =>
      client.scroll(name, {
        limit: Math.min(limit, mostPerPage),
        filter,
        with_payload: ['documentId'],
      }),
    ).catch(withoutCollection({ points: [] }));
    return [...new Set(page.points.map(({ payload }) => String(payload?.['documentId'])))];
  }

  /** @returns the number of points that this embedder made */
  async countBy(embedder: EmbeddedBy): Promise<number> {
    const filter = { must: [{ key: 'embedder', match: { value: embedder } }] };
    return (
      await this.#ask('count', (name, client) => client.count(name, { filter, exact: true })).catch(
        withoutCollection({ count: 0 }),
      )
    ).count;
  }

  async *#find(
    filter: { must: object[] },
    fields: string[],
    of?: string,
  ): AsyncGenerator<{ id: string | number; payload: Record<string, unknown> }> {
    let offset: string | number | null | undefined;
    do {
      const page = await this.#ask(
        'scroll',
        (name, client, limits) =>
          client.scroll(name, {
            limit: Math.min(pointsPerPage, limits.mostPerPage),
            filter: filter as never,
            with_payload: fields,
            ...(offset == null ? {} : { offset }),
          }),
        of,
      ).catch(withoutCollection({ points: [], next_page_offset: null }));
      for (const { id, payload } of page.points) yield { id, payload: payload ?? {} };
      offset = page.next_page_offset as string | number | null | undefined;
    } while (offset != null);
  }

  /** @throws PulseError when a collection is not as it has to be: another tool may have made it */
  async #checkShape(name: string): Promise<void> {
    if (name === this.identity.alias) return this.ensureCollection();
    await this.qdrant.ask('collection', (client) => prepareCollection(client, name, this.identity));
  }

  async #ask<T>(
    what: string,
    request: (name: string, client: QdrantClient, limits: Limits) => Promise<T>,
    collection = this.identity.alias,
  ): Promise<T> {
    if (collection === this.identity.alias && !this.#ensured) await this.#prepareFilters();
    try {
      const limits = await this.limits.read(collection);
      return await this.qdrant.ask(what, (client) => request(collection, client, limits));
    } catch (error) {
      this.limits.forgetAfter(error);
      if (error instanceof PulseError && error.code === 'QDRANT_COLLECTION')
        this.#ensured = this.#indexed = false;
      throw error;
    }
  }
}

const isOf = (domain: string) => ({ key: 'domain', match: { value: domain } });
