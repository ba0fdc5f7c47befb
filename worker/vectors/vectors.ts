import type { Filters } from '../documents/filters.ts';
import type { EmbeddedBy, StoredChunk, VersionContent } from '../documents/version.ts';
import { PulseError } from '../errors.ts';
import { resolveAlias, prepareCollection } from './collection.ts';
import type { CollectionIdentity } from './collection.ts';
import { filterNotNewerThan, buildPoint, filterSurplus } from './points.ts';
import { Qdrant } from './qdrant.ts';

/** Qdrant's own guide: 64 to 256 points a request. */
const mostPointsPerRequest = 128;
/** Some 20 bytes of JSON a number; Qdrant takes bodies of 32 MB. */
const mostNumbersPerRequest = 1_000_000;
const pointsPerPage = 1_000;

export interface VectorSettings {
  readonly qdrantUrl: string;
  readonly qdrantApiKey?: string | undefined;
  readonly collection: string;
  readonly vectorDim: number;
  readonly embeddingModel: string;
}
export interface VectorHit {
  readonly url: string;
  readonly title: string;
  readonly passage: string;
  readonly score: number;
}
/** A document's points: how many, of which versions, and by which embedders. */
export interface PointsOfDocument {
  points: number;
  readonly versions: Set<number>;
  readonly embedders: Set<string>;
}

/** The points of one collection, behind its alias. Every method throws a PulseError. */
export class Vectors {
  readonly identity: CollectionIdentity;
  readonly qdrant: Qdrant;
  readonly #pointsPerRequest: number;
  /** Whether this process has seen the collection; an emptied Qdrant sets it back. */
  #ensured = false;

  constructor({ qdrantUrl, qdrantApiKey, collection, vectorDim, embeddingModel }: VectorSettings) {
    this.identity = { alias: collection, model: embeddingModel, dimension: vectorDim };
    this.qdrant = new Qdrant(qdrantUrl, qdrantApiKey);
    this.#pointsPerRequest = Math.max(
      1,
      Math.min(mostPointsPerRequest, Math.floor(mostNumbersPerRequest / vectorDim)),
    );
  }

  /**
   * Makes collection, payload indexes and alias where absent; refuses one of another size, distance
   * or model. An alias that is there is never moved.
   */
  async ensureCollection(): Promise<void> {
    const { alias } = this.identity;
    await this.qdrant.ask('collection', async (client) => {
      const { name, aliased } = await resolveAlias(client, alias);
      await prepareCollection(client, name, this.identity);
      if (!aliased)
        await client.updateCollectionAliases({
          actions: [{ create_alias: { collection_name: name, alias_name: alias } }],
        });
    });
    this.#ensured = true;
  }

  /**
   * Writes points of a version, some or all of its chunks in their order; where a newer version's
   * stand, they stay. With the version's last chunk, what the document has besides goes: in the
   * same request and after the write, so that at no time there is less than one whole version.
   * Repeatable.
   *
   * @param into a collection other than the one in use
   */
  async write(
    version: VersionContent,
    chunks: readonly StoredChunk[],
    vectors: readonly (readonly number[])[],
    by: EmbeddedBy,
    into?: string,
  ): Promise<void> {
    if (!this.#ensured && into === undefined) await this.ensureCollection();
    for (let start = 0; start < chunks.length; start += this.#pointsPerRequest) {
      const part = chunks.slice(start, start + this.#pointsPerRequest);
      const points = part.map((chunk, position) =>
        buildPoint(
          version,
          chunk,
          vectors[start + position] as readonly number[],
          this.identity.model,
          by,
        ),
      );
      const ends = part.at(-1)?.index === version.chunks.length - 1;
      const operations = [
        { upsert: { points, update_filter: filterNotNewerThan(version.versionId) } },
        ...(ends ? [{ delete: { filter: filterSurplus(version) } }] : []),
      ];
      await this.#asking(
        'upsert',
        (name, client) => client.batchUpdate(name, { wait: true, operations }),
        into,
      );
    }
  }

  /** @param upTo version after which the points are another document's, and stay */
  async remove(documentId: string, upTo = Number.MAX_SAFE_INTEGER, from?: string): Promise<void> {
    const filter = {
      must: [
        { key: 'documentId', match: { value: documentId } },
        { key: 'version', range: { lte: upTo } },
      ],
    };
    await this.#asking(
      'delete',
      (name, client) => client.delete(name, { wait: true, filter }),
      from,
    );
  }

  /** Nearest passages, best first; of some pages only, where `urls` names them. */
  async search(
    vector: readonly number[],
    limit: number,
    filters: Filters = {},
    urls?: readonly string[],
  ): Promise<VectorHit[]> {
    const facets = Object.entries(filters)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => ({ key, match: { value: value as string | boolean } }));
    const must =
      urls === undefined ? facets : [...facets, { key: 'url', match: { any: [...urls] } }];
    const { points } = await this.#asking('query', (name, client) =>
      client.query(name, {
        query: vector as number[],
        limit,
        filter: { must },
        with_payload: ['url', 'title', 'passage'],
      }),
    );
    return points.map(({ score, payload }) => ({
      url: String(payload?.['url']),
      title: String(payload?.['title']),
      passage: String(payload?.['passage']),
      score,
    }));
  }

  /**
   * Points by document; where there is no collection, there are none. @param embedder only points
   * that it made. @param of a collection other than the one in use
   */
  async inventory({ embedder, of }: { embedder?: EmbeddedBy; of?: string } = {}): Promise<
    Map<string, PointsOfDocument>
  > {
    const found = new Map<string, PointsOfDocument>();
    const filter = {
      must: embedder === undefined ? [] : [{ key: 'embedder', match: { value: embedder } }],
    };
    for await (const payload of this.#payloads(filter, ['documentId', 'version', 'embedder'], of)) {
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

  /** Documents among the first so many points that this embedder made. */
  async documentsBy(embedder: EmbeddedBy, points: number): Promise<string[]> {
    const filter = { must: [{ key: 'embedder', match: { value: embedder } }] };
    const page = await this.#asking('scroll', (name, client) =>
      client.scroll(name, { limit: points, filter, with_payload: ['documentId'] }),
    ).catch(noCollection({ points: [] }));
    return [...new Set(page.points.map(({ payload }) => String(payload?.['documentId'])))];
  }

  /** How many points this embedder made. */
  async countBy(embedder: EmbeddedBy): Promise<number> {
    const filter = { must: [{ key: 'embedder', match: { value: embedder } }] };
    return (
      await this.#asking('count', (name, client) =>
        client.count(name, { filter, exact: true }),
      ).catch(noCollection({ count: 0 }))
    ).count;
  }

  async *#payloads(
    filter: { must: object[] },
    fields: string[],
    of?: string,
  ): AsyncGenerator<Record<string, unknown>> {
    let offset: string | number | null | undefined;
    do {
      const page = await this.#asking(
        'scroll',
        (name, client) =>
          client.scroll(name, {
            limit: pointsPerPage,
            filter: filter as never,
            with_payload: fields,
            ...(offset == null ? {} : { offset }),
          }),
        of,
      ).catch(noCollection({ points: [], next_page_offset: null }));
      for (const { payload } of page.points) yield payload ?? {};
      offset = page.next_page_offset as string | number | null | undefined;
    } while (offset != null);
  }

  async #asking<T>(
    what: string,
    request: (name: string, client: Parameters<Parameters<Qdrant['ask']>[1]>[0]) => Promise<T>,
    collection = this.identity.alias,
  ): Promise<T> {
    try {
      return await this.qdrant.ask(what, (client) => request(collection, client));
    } catch (error) {
      if (error instanceof PulseError && error.code === 'QDRANT_COLLECTION') this.#ensured = false;
      throw error;
    }
  }
}

/** No collection is no points. */
function noCollection<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof PulseError && error.code === 'QDRANT_COLLECTION') return instead;
    throw error;
  };
}
