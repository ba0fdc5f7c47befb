import type { QdrantClient } from '@qdrant/js-client-rest';

import { PulseError } from '../errors.ts';
import { payloadIndexes } from './points.ts';

/** Whose vectors a collection holds. */
export interface CollectionIdentity {
  readonly alias: string;
  readonly model: string;
  readonly dimension: number;
}

/**
 * The collection that an alias leads to; without an alias the newest of its numbered ones, or the
 * first to be made.
 */
export async function resolveAlias(
  client: QdrantClient,
  alias: string,
): Promise<{ name: string; aliased: boolean }> {
  const { aliases } = await client.getAliases();
  const behind = aliases.find(({ alias_name }) => alias_name === alias);
  if (behind !== undefined) return { name: behind.collection_name, aliased: true };
  return {
    name: (await listNumbered(client, alias)).at(-1) ?? collectionName(alias, 1),
    aliased: false,
  };
}

/** The collections that belong to an alias, oldest first. */
export async function listNumbered(client: QdrantClient, alias: string): Promise<string[]> {
  const { collections } = await client.getCollections();
  return collections
    .map(({ name }) => name)
    .filter((name) => collectionNumber(alias, name) !== undefined)
    .sort(
      (one, other) => Number(collectionNumber(alias, one)) - Number(collectionNumber(alias, other)),
    );
}

export function collectionName(alias: string, number: number): string {
  return `${alias}-v${number}`;
}

export function collectionNumber(alias: string, collection: string): number | undefined {
  const [, digits] = collection.startsWith(alias)
    ? (/^-v(\d+)$/.exec(collection.slice(alias.length)) ?? [])
    : [];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * Makes a collection and its payload indexes where absent, and refuses one that is not what it
 * should be. Safe from many processes at once.
 */
export async function prepareCollection(
  client: QdrantClient,
  name: string,
  identity: CollectionIdentity,
): Promise<void> {
  if (!(await client.collectionExists(name)).exists) {
    const { model, dimension } = identity;
    await client
      .createCollection(name, {
        vectors: { size: dimension, distance: 'Cosine' },
        metadata: { model, dimension },
      })
      .catch(madeByAnother);
  }
  const { config, payload_schema } = await client.getCollection(name);
  refuseUnlike(name, config, identity);
  await refuseForeignPoints(client, name, identity);
  const missing = Object.entries(payloadIndexes).filter(
    ([field]) => payload_schema[field] === undefined,
  );
  for (const [field_name, field_schema] of missing)
    await client.createPayloadIndex(name, { field_name, field_schema, wait: true });
}

type Config = Awaited<ReturnType<QdrantClient['getCollection']>>['config'];

/**
 * All documents would fail at it, and none of them is to blame: they wait until a person has
 * decided.
 */
function refuseUnlike(
  name: string,
  { params, metadata }: Config,
  { model, dimension }: CollectionIdentity,
): void {
  const vectors = params.vectors as { size?: number; distance?: string } | undefined;
  if (vectors?.size !== dimension)
    throw new PulseError(
      'QDRANT_DIMENSION',
      'away',
      `collection ${name} holds ${vectors?.size === undefined ? 'named vectors' : `vectors of ${vectors.size} dimensions`}, not of ${dimension}; it is left as it is`,
    );
  if (vectors.distance !== 'Cosine')
    throw new PulseError(
      'QDRANT_DISTANCE',
      'away',
      `collection ${name} compares by ${vectors.distance}, not Cosine; it is left as it is`,
    );
  const recorded = (metadata as { model?: unknown } | null | undefined)?.model;
  if (recorded !== undefined && recorded !== model)
    throw unlikeModel(name, String(recorded), model);
}

/** Servers before 1.16 keep no metadata; their points tell as well. */
async function refuseForeignPoints(
  client: QdrantClient,
  name: string,
  { model }: CollectionIdentity,
): Promise<void> {
  const foreign = {
    must_not: [{ key: 'model', match: { value: model } }, { is_empty: { key: 'model' } }],
  };
  const {
    points: [point],
  } = await client.scroll(name, { limit: 1, filter: foreign, with_payload: ['model'] });
  if (point !== undefined) throw unlikeModel(name, String(point.payload?.['model']), model);
}

function unlikeModel(name: string, found: string, wanted: string): PulseError {
  return new PulseError(
    'QDRANT_MODEL',
    'away',
    `collection ${name} holds vectors of ${found}, not of ${wanted}; it is left as it is`,
  );
}

function madeByAnother(error: unknown): void {
  if ((error as { status?: number }).status !== 409) throw error;
}
