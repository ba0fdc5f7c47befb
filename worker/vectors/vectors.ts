import { QdrantClient } from '@qdrant/js-client-rest';
import { v5 as uuidv5 } from 'uuid';

import { causeOf } from '../../healthchecks/cause.ts';
import { qdrant as probe } from '../../healthchecks/qdrant.ts';
import { chunkerVersion } from '../chunks/split.ts';
import { PulseError, reasonOf } from '../errors.ts';
import type { ChunkedVersion, StoredChunk } from '../records/records.ts';

const requestLimitMs = 30_000;
/** Qdrant's own guide: 64 to 256 points a request. */
const pointsPerRequest = 128;
const filterable = { documentId: 'keyword', url: 'keyword', domain: 'keyword', language: 'keyword', country: 'keyword', isMobile: 'bool' } as const;

export interface VectorSettings { readonly qdrantUrl: string; readonly collection: string; readonly vectorDim: number; readonly embeddingModel: string }
export interface VectorHit { readonly url: string; readonly title: string; readonly passage: string; readonly score: number }

/** The points of one collection, behind its alias. Every method throws a PulseError. */
export class Vectors {
  readonly #settings: VectorSettings;
  readonly #client: QdrantClient;
  /** Whether this process has seen the collection; an emptied Qdrant sets it back. */
  #ensured = false;

  constructor(settings: VectorSettings) {
    this.#settings = settings;
    this.#client = new QdrantClient({ url: settings.qdrantUrl, timeout: requestLimitMs, checkCompatibility: false });
  }

  /** Makes collection, payload indexes and alias where absent; refuses one of another size or distance. Safe from many processes at once. */
  async ensure(): Promise<void> {
    const { collection, vectorDim } = this.#settings;
    await this.#asking('collection', async () => {
      const { aliases } = await this.#client.getAliases();
      const behind = aliases.find(({ alias_name }) => alias_name === collection)?.collection_name ?? `${collection}-v1`;
      if (!(await this.#client.collectionExists(behind)).exists) {
        await this.#client.createCollection(behind, { vectors: { size: vectorDim, distance: 'Cosine' } }).catch(madeByAnother);
      }
      for (const [field_name, field_schema] of Object.entries(filterable)) await this.#client.createPayloadIndex(behind, { field_name, field_schema, wait: true });
      await this.#client.createPayloadIndex(behind, { field_name: 'version', field_schema: 'integer', wait: true });
      await this.#client.updateCollectionAliases({ actions: [{ create_alias: { collection_name: behind, alias_name: collection } }] });
    });
    const { config } = await this.#asking('collection', () => this.#client.getCollection(collection));
    const vectors = config.params.vectors as { size?: number; distance?: string } | undefined;
    if (vectors?.size !== vectorDim) throw new PulseError('QDRANT_DIMENSION', 'final', `collection ${collection} holds vectors of ${vectors?.size ?? 'named'} dimensions, not ${vectorDim}`);
    if (vectors.distance !== 'Cosine') throw new PulseError('QDRANT_DISTANCE', 'final', `collection ${collection} compares by ${vectors.distance}, not Cosine`);
    this.#ensured = true;
  }

  /** Writes a version's points, then removes those of older versions: at no time is there less than one whole version. */
  async replace({ documentId, versionId, page }: Pick<ChunkedVersion, 'documentId' | 'versionId' | 'page'>, chunks: readonly StoredChunk[], vectors: readonly (readonly number[])[]): Promise<void> {
    if (!this.#ensured) await this.ensure();
    const points = chunks.map((chunk, position) => ({
      id: pointId(page.url, chunk.index),
      vector: vectors[position] as number[],
      payload: {
        documentId, version: versionId, chunkIndex: chunk.index, url: page.url, title: page.title, passage: chunk.text, headings: [...chunk.headings],
        domain: new URL(page.url).hostname, language: page.language, country: page.country, isMobile: page.isMobile, embedder: this.#settings.embeddingModel,
      },
    }));
    for (let start = 0; start < points.length; start += pointsPerRequest) {
      await this.#asking('upsert', () => this.#client.upsert(this.#settings.collection, { wait: true, points: points.slice(start, start + pointsPerRequest) }));
    }
    await this.#asking('delete', () => this.#client.delete(this.#settings.collection, {
      wait: true, filter: { must: [{ key: 'documentId', match: { value: documentId } }, { key: 'version', range: { lt: versionId } }] },
    }));
  }

  /** @param upTo version after which the points are another document's, and stay */
  async remove(documentId: string, upTo = Number.MAX_SAFE_INTEGER): Promise<void> {
    await this.#asking('delete', () => this.#client.delete(this.#settings.collection, {
      wait: true, filter: { must: [{ key: 'documentId', match: { value: documentId } }, { key: 'version', range: { lte: upTo } }] },
    }));
  }

  /** Nearest passages, best first. */
  async search(vector: readonly number[], limit: number): Promise<VectorHit[]> {
    const { points } = await this.#asking('query', () => this.#client.query(this.#settings.collection, { query: vector as number[], limit, with_payload: ['url', 'title', 'passage'] }));
    return points.map(({ score, payload }) => ({ url: String(payload?.['url']), title: String(payload?.['title']), passage: String(payload?.['passage']), score }));
  }

  /** Points by document: how many, and of which versions. */
  async inventory(): Promise<Map<string, { points: number; versions: Set<number> }>> {
    const found = new Map<string, { points: number; versions: Set<number> }>();
    let offset: unknown;
    do {
      const page = await this.#asking('scroll', () => this.#client.scroll(this.#settings.collection, { limit: 1000, with_payload: ['documentId', 'version'], ...(offset == null ? {} : { offset: offset as string }) }));
      for (const { payload } of page.points) {
        const entry = found.get(String(payload?.['documentId'])) ?? { points: 0, versions: new Set<number>() };
        entry.points += 1;
        entry.versions.add(Number(payload?.['version']));
        found.set(String(payload?.['documentId']), entry);
      }
      offset = page.next_page_offset;
    } while (offset != null);
    return found;
  }

  async #asking<T>(what: string, request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      const status = (error as { status?: number }).status;
      const words = JSON.stringify((error as { data?: unknown }).data ?? reasonOf(error)).slice(0, 300);
      if (status === 404) this.#ensured = false;
      if (status === 404) throw new PulseError('QDRANT_COLLECTION', 'away', `Qdrant ${what}: ${words}`, error);
      if (status === undefined) throw new PulseError(probe.trouble[causeOf(error).trouble], 'away', `Qdrant ${what}: ${reasonOf(error)}`, error);
      throw new PulseError('QDRANT_ANSWER', status === 408 || status === 429 || status >= 500 ? 'away' : 'final', `Qdrant ${what} answered ${status}: ${words}`, error);
    }
  }
}

/** The same for the same page, position and rules of cutting: a repeated write overwrites. */
export function pointId(url: string, chunkIndex: number): string {
  return uuidv5(`${url}#${chunkIndex}/${chunkerVersion}`, uuidv5.URL);
}

function madeByAnother(error: unknown): void {
  if ((error as { status?: number }).status !== 409) throw error;
}
