import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type { Pool } from 'pg';

import type { Chunker } from '../chunks/chunker.ts';
import { chunkerVersion } from '../chunks/split.ts';
import { textToEmbed } from '../chunks/table-header.ts';
import type { Circuits } from '../circuit/circuits.ts';
import type { VersionContent } from '../documents/version.ts';
import type { EmbedderWithFallback } from '../embeddings/embedder-with-fallback.ts';
import { PulseError, describeError } from '../errors.ts';
import { buildKeywordPage } from '../keywords/keyword-page.ts';
import type { Keywords } from '../keywords/keywords.ts';
import { readOperatorValue, writeOperatorValue } from '../records/operator-values.ts';
import type { Records } from '../records/records.ts';
import { readStoredVersion, readStoredVersions } from '../records/stored-versions.ts';
import {
  explainRights,
  isOperatorsOwn,
  resolveAlias,
  collectionName,
  listNumbered,
  collectionNumber,
  prepareCollection,
} from '../vectors/collection.ts';
import type { Vectors } from '../vectors/vectors.ts';

export interface CollectionRebuildDependencies {
  readonly pool: Pool;
  readonly records: Records;
  readonly vectors: Vectors;
  readonly embedder: EmbedderWithFallback;
  readonly circuits: Circuits;
  readonly chunker: Chunker;
  readonly keywords: Keywords;
}

export interface CollectionRebuild {
  readonly collection: string;
  /** Documents written in this run. Those of an earlier, interrupted run are kept, not counted. */
  readonly written: number;
  /** Documents whose vectors cannot be made. With one of them nothing is swapped. */
  readonly failed: readonly {
    readonly url: string;
    readonly code: string;
    readonly reason: string;
  }[];
  readonly swapped: boolean;
}

export interface RebuildProgress {
  readonly done: number;
  readonly of: number;
  readonly waitingFor?: string;
}

/**
 * Kept in Postgres while a rebuild is unfinished. The run that wrote it last continues; an older
 * run that still exists in a container sees it and stops.
 */
interface Unfinished {
  readonly run: string;
  readonly to: string;
}

const key = 'rebuild';
/** Documents embedded at the same time, so that their chunks fill the calls to TEI. */
export const maxConcurrentDocuments = 8;
const chunkBatchSize = 256;
const waitMs = 2_000;
/**
 * With at most so many documents left, the alias is swapped, and the rest is caught up afterwards:
 * a steady stream of new documents must not delay the swap for ever.
 */
const maxCatchUp = 50;

/**
 * Builds a new collection from the chunks in Postgres while the old one is in use, then swaps the
 * alias. Documents that were cut by earlier rules are cut again. A document whose points in the new
 * collection are complete and of the latest version is skipped: so an interrupted rebuild
 * continues, and documents that came in meanwhile are caught up.
 */
export async function rebuildCollection(
  dependencies: CollectionRebuildDependencies,
  report: (progress: RebuildProgress) => void,
): Promise<CollectionRebuild> {
  const { vectors, pool } = dependencies;
  const { identity, qdrant } = vectors;
  const before = (await readOperatorValue(pool, key)) as Unfinished | null | undefined;
  const inUse = (await qdrant.ask('collection', (client) => resolveAlias(client, identity.alias)))
    .name;
  const isHandMade = await qdrant.ask('collection', (client) =>
    explainRights(identity, () => isOperatorsOwn(client, identity.alias)),
  );
  if (isHandMade)
    throw new PulseError(
      'QDRANT_RIGHTS',
      'final',
      `${identity.alias} is a collection that was made by hand under this name, so that no alias ` +
        'can be swapped to a new one. Remove it, let Pulse or yourself make it anew, and run ' +
        './pulse audit --repair',
    );
  // An earlier run swapped the alias and was interrupted while it caught up.
  const isSwapped = before?.to === inUse;
  const to = isSwapped
    ? inUse
    : collectionName(identity.alias, (collectionNumber(identity.alias, inUse) ?? 0) + 1);
  const work = new Rebuild(dependencies, { run: randomUUID(), to }, report);
  await work.begin();
  await qdrant.ask('collection', (client) => prepareCollection(client, to, identity));

  if (!isSwapped) {
    while ((await work.pass()) > maxCatchUp && work.failed.length === 0);
    if (work.failed.length > 0)
      return { collection: to, written: work.written, failed: work.failed, swapped: false };
    await qdrant.ask('alias', async (client) => {
      const { aliased } = await resolveAlias(client, identity.alias);
      const make = { create_alias: { collection_name: to, alias_name: identity.alias } };
      await client.updateCollectionAliases({
        actions: aliased ? [{ delete_alias: { alias_name: identity.alias } }, make] : [make],
      });
    });
  }
  // Finds the documents that were embedded into the old collection before the swap. From now on
  // documents go into the new one.
  await work.pass();
  await qdrant.ask('collection', async (client) => {
    for (const name of await listNumbered(client, identity.alias))
      if (
        Number(collectionNumber(identity.alias, name)) <
        Number(collectionNumber(identity.alias, to))
      )
        await client.deleteCollection(name);
  });
  await writeOperatorValue(pool, key, null);
  return { collection: to, written: work.written, failed: work.failed, swapped: true };
}

/** The passes of one rebuild, and what they have done so far. */
class Rebuild {
  readonly failed: { url: string; code: string; reason: string }[] = [];
  written = 0;
  readonly #dependencies: CollectionRebuildDependencies;
  readonly #unfinished: Unfinished;
  readonly #report: (progress: RebuildProgress) => void;

  constructor(
    dependencies: CollectionRebuildDependencies,
    unfinished: Unfinished,
    report: (progress: RebuildProgress) => void,
  ) {
    this.#dependencies = dependencies;
    this.#unfinished = unfinished;
    this.#report = report;
  }

  async begin(): Promise<void> {
    await writeOperatorValue(this.#dependencies.pool, key, this.#unfinished);
  }

  /**
   * Makes the new collection equal to what Postgres has now.
   *
   * @returns how many documents were missing or different
   */
  async pass(): Promise<number> {
    const { vectors, pool } = this.#dependencies;
    const { to } = this.#unfinished;
    // The collection is read first: a document that Postgres does not have afterwards was deleted.
    const have = await vectors.inventory({ of: to });
    const wanted = await readStoredVersions(pool);
    for (const [documentId, { versions }] of have) {
      const stored = wanted.get(documentId);
      // A version that Postgres does not know (it was restored from a backup) would refuse to be
      // overwritten by an older one.
      if (stored === undefined || Math.max(...versions) > stored.versionId)
        await vectors.remove(documentId, undefined, to);
    }
    const toWrite = [...wanted]
      .filter(([documentId, { versionId, chunks }]) => {
        const points = have.get(documentId);
        return (
          points?.points !== chunks || points.versions.size !== 1 || !points.versions.has(versionId)
        );
      })
      .map(([documentId]) => documentId);

    let next = 0;
    let done = 0;
    const writeNext = async (): Promise<void> => {
      for (
        let documentId = toWrite[next++];
        documentId !== undefined;
        documentId = toWrite[next++]
      ) {
        await this.#writeWhenAvailable(documentId, (waitingFor) =>
          this.#report({ done, of: toWrite.length, waitingFor }),
        );
        this.#report({ done: (done += 1), of: toWrite.length });
      }
    };
    await Promise.all(Array.from({ length: maxConcurrentDocuments }, writeNext));
    return toWrite.length;
  }

  /** Writes one document. Waits for a service that is away, without a time limit. */
  async #writeWhenAvailable(documentId: string, onWait: (service: string) => void): Promise<void> {
    for (;;) {
      if (
        ((await readOperatorValue(this.#dependencies.pool, key)) as Unfinished | null)?.run !==
        this.#unfinished.run
      )
        throw new Error('another ./pulse reindex --all has taken over; this one stops');
      try {
        return await this.#write(documentId);
      } catch (error) {
        if (!(error instanceof PulseError)) throw error;
        if (error.kind !== 'away')
          return void this.failed.push({
            url: (await this.#dependencies.records.latest(documentId))?.page.url ?? documentId,
            code: error.code,
            reason: describeError(error),
          });
        onWait(`${error.code}: ${describeError(error)}`);
        await delay(waitMs);
      }
    }
  }

  async #write(documentId: string): Promise<void> {
    const { pool, embedder, vectors, circuits } = this.#dependencies;
    const { to } = this.#unfinished;
    const stored = await readStoredVersion(pool, documentId);
    if (stored === undefined) return;
    const version = await this.#cutByPresentRules(stored);
    const { chunks } = version;
    const instruction = await vectors.documentInstruction(to);
    for (let start = 0; start < chunks.length; start += chunkBatchSize) {
      const part = chunks.slice(start, start + chunkBatchSize);
      const texts = part.map(textToEmbed);
      const embedded = {
        version,
        chunks: part,
        vectors: await embedder.primary.embedDocuments(texts, undefined, instruction),
        by: 'gpu-host',
      } as const;
      await circuits.qdrant.run(() => vectors.write(embedded, { into: to }));
    }
    this.written += 1;
  }

  /**
   * Cuts a document again whose chunks are of earlier rules, as the first stage does. The old
   * collection has its old chunks until the alias is swapped.
   */
  async #cutByPresentRules(stored: VersionContent): Promise<VersionContent> {
    const { records, chunker, keywords } = this.#dependencies;
    if (stored.chunks.every((chunk) => chunk.chunker === chunkerVersion)) return stored;
    const version = await records.latest(stored.documentId);
    // A newer version is cut by the present rules when it is indexed.
    if (version?.versionId !== stored.versionId) return stored;
    const chunks = await chunker.chunk(version.page.text);
    await keywords.replace([buildKeywordPage({ ...stored, chunks })]);
    return (await records.storeChunks(stored, chunks)) !== undefined
      ? { ...stored, chunks }
      : stored;
  }
}
