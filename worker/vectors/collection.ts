import type { QdrantClient } from '@qdrant/js-client-rest';

import { PulseError } from '../errors.ts';
import { payloadIndexes } from './points.ts';

/** Which stack and model a collection belongs to. */
export interface CollectionIdentity {
  readonly alias: string;
  readonly model: string;
  readonly dimension: number;
}

/**
 * @returns the collection of an alias. Without an alias, the newest of its numbered collections, or
 *   the name of the first one to create.
 */
export async function resolveAlias(
  client: QdrantClient,
  alias: string,
): Promise<{ name: string; aliased: boolean }> {
  const { aliases } = await client.getAliases();
  const found = aliases.find(({ alias_name }) => alias_name === alias);
  if (found !== undefined) return { name: found.collection_name, aliased: true };
  return {
    name: (await listNumbered(client, alias)).at(-1) ?? collectionName(alias, 1),
    aliased: false,
  };
}

/** @returns the numbered collections of an alias, oldest first */
export async function listNumbered(client: QdrantClient, alias: string): Promise<string[]> {
  const { collections } = await client.getCollections();
  return collections
    .map(({ name }) => name)
    .filter((name) => collectionNumber(alias, name) !== undefined)
    .sort(
      (one, other) => Number(collectionNumber(alias, one)) - Number(collectionNumber(alias, other)),
    );
}

/** @returns for example `pulse-dev-all-minilm-l6-v2-384-v1` */
export function collectionName(alias: string, number: number): string {
  return `${alias}-v${number}`;
}

/** @returns undefined when the collection does not belong to the alias */
export function collectionNumber(alias: string, collection: string): number | undefined {
  const [, digits] = collection.startsWith(alias)
    ? (/^-v(\d+)$/.exec(collection.slice(alias.length)) ?? [])
    : [];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * Creates a collection and its payload indexes where they are missing. Several processes may do it
 * at the same time.
 *
 * @throws PulseError of kind `away` when the collection has another dimension, distance or model
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
      .catch(ignoreConflict);
  }
  const { config, payload_schema } = await client.getCollection(name);
  refuseOtherShape(name, config, identity);
  await refuseForeignPoints(client, name, identity);
  const missing = Object.entries(payloadIndexes).filter(
    ([field]) => payload_schema[field] === undefined,
  );
  for (const [field_name, field_schema] of missing)
    await client.createPayloadIndex(name, { field_name, field_schema, wait: true });
}

type Config = Awaited<ReturnType<QdrantClient['getCollection']>>['config'];

/**
 * Of kind `away`, so that documents wait until a person has decided: every document would fail, and
 * none of them is at fault.
 */
function refuseOtherShape(
  name: string,
  { params, metadata }: Config,
  { model, dimension }: CollectionIdentity,
): void {
  const vectors = params.vectors as { size?: number; distance?: string } | undefined;
  if (vectors?.size !== dimension) {
    const found =
      vectors?.size === undefined ? 'named vectors' : `vectors of ${vectors.size} dimensions`;
    throw new PulseError(
      'QDRANT_DIMENSION',
      'away',
      `collection ${name} holds ${found}, not of ${dimension}; it is left as it is`,
    );
  }
  if (vectors.distance !== 'Cosine')
    throw new PulseError(
      'QDRANT_DISTANCE',
      'away',
      `collection ${name} compares by ${vectors.distance}, not Cosine; it is left as it is`,
    );
  const recorded = (metadata as { model?: string } | null | undefined)?.model;
  if (recorded !== undefined && recorded !== model) throw otherModelError(name, recorded, model);
}

/** Qdrant before 1.16 keeps no metadata, so the model in the points is checked too. */
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
  if (point !== undefined) throw otherModelError(name, String(point.payload?.['model']), model);
}

function otherModelError(name: string, found: string, wanted: string): PulseError {
  return new PulseError(
    'QDRANT_MODEL',
    'away',
    `collection ${name} holds vectors of ${found}, not of ${wanted}; it is left as it is`,
  );
}

function ignoreConflict(error: unknown): void {
  if ((error as { status?: number }).status !== 409) throw error;
}
