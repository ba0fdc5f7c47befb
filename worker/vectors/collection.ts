import type { QdrantClient } from '@qdrant/js-client-rest';

import { PulseError } from '../errors.ts';
import { payloadIndexes, readIndexes } from './points.ts';
import { isAbsent, isForbidden } from './qdrant.ts';

/** Which stack and model a collection belongs to. */
export interface CollectionIdentity {
  readonly alias: string;
  readonly model: string;
  readonly dimension: number;
  /** Text put before each document of a collection that is made anew. */
  readonly documentInstruction: string;
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

/** Whether the name is no alias: an operator made the collection for a key that may not. */
export async function isOperatorsOwn(client: QdrantClient, alias: string): Promise<boolean> {
  const { collections } = await client.getCollections();
  return collections.some(({ name }) => name === alias);
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
 * @returns the collection as it is then, but for new payload indexes
 * @throws PulseError of kind `away` when the collection has another dimension, distance or model
 */
export async function prepareCollection(
  client: QdrantClient,
  name: string,
  identity: CollectionIdentity,
): Promise<CollectionInfo> {
  if (!(await client.collectionExists(name)).exists) {
    const { model, dimension, documentInstruction } = identity;
    await client
      .createCollection(name, {
        vectors: { size: dimension, distance: 'Cosine' },
        metadata: { model, dimension, ...(documentInstruction !== '' && { documentInstruction }) },
      })
      .catch(ignoreConflict);
  }
  const found = await client.getCollection(name);
  refuseOtherShape(name, found.config, identity);
  const { model, ...others } = payloadIndexes;
  // For the check's filter: Qdrant in strict mode refuses one on a field without an index.
  await createIndexes(client, name, found, { model });
  await refuseForeignPoints(client, name, identity);
  await createIndexes(client, name, found, others);
  return found;
}

export type CollectionInfo = Awaited<ReturnType<QdrantClient['getCollection']>>;

/**
 * Reads a collection by its name or alias, which needs no right to list others.
 *
 * @returns undefined where there is none
 */
export async function findCollection(
  client: QdrantClient,
  name: string,
): Promise<CollectionInfo | undefined> {
  return client.getCollection(name).catch((error: unknown) => {
    if (!isAbsent(error)) throw error;
    return undefined;
  });
}

/** The text that stands before the documents of a collection; none where nothing is recorded. */
export function recordedInstruction({ config: { metadata } }: CollectionInfo): string {
  return (
    (metadata as { documentInstruction?: string } | null | undefined)?.documentInstruction ?? ''
  );
}

/**
 * Creates those of the payload indexes that the collection lacks. One that holds points gets them
 * in the background, because that may take longer than a request may; and that of deletions only
 * where Qdrant would refuse them without it.
 *
 * @throws PulseError of kind `away` that says which ones the operator has to make
 */
export async function createIndexes(
  client: QdrantClient,
  name: string,
  found: CollectionInfo,
  indexes: Partial<typeof payloadIndexes>,
): Promise<void> {
  const wait = (found.points_count ?? 0) === 0;
  for (const [field_name, field_schema] of findMissing(found, indexes))
    await client
      .createPayloadIndex(name, { field_name, field_schema, wait })
      .catch((error: unknown) => {
        // All of them, also those that are made later.
        const missing = findMissing(found, payloadIndexes);
        throw isForbidden(error) ? indexRightsError(name, missing, error) : error;
      });
}

/** @returns those of the payload indexes that a collection lacks and needs */
function findMissing(
  { payload_schema, points_count, config }: CollectionInfo,
  indexes: Partial<typeof payloadIndexes>,
) {
  const strict = config.strict_mode_config;
  const needsAll =
    (points_count ?? 0) === 0 ||
    (strict?.enabled === true && strict.unindexed_filtering_update === false);
  return Object.entries(indexes).filter(
    ([field]) => payload_schema[field] === undefined && (needsAll || field in readIndexes),
  );
}

function indexRightsError(
  name: string,
  missing: readonly (readonly [string, string])[],
  cause: unknown,
): PulseError {
  return new PulseError(
    'QDRANT_RIGHTS',
    'away',
    `collection ${name} lacks payload indexes, and the key may not make them. Make them ` +
      `yourself: ${describeIndexes(missing)}. Or give Pulse a key that may`,
    cause,
  );
}

/** @returns for example `url keyword, version integer` */
function describeIndexes(indexes: readonly (readonly [string, string])[]): string {
  return indexes.map(([field, type]) => `${field} ${type}`).join(', ');
}

/**
 * Runs what a key for one collection may not do.
 *
 * @throws PulseError of kind `away` that says which collection the operator has to make
 */
export async function explainRights<T>(
  { alias, dimension, documentInstruction }: CollectionIdentity,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isForbidden(error)) throw error;
    const described =
      documentInstruction === '' ? '' : `metadata ${JSON.stringify({ documentInstruction })}, `;
    throw new PulseError(
      'QDRANT_RIGHTS',
      'away',
      `the key may not make collection ${alias}. Make it yourself, under that name: ` +
        `vectors of ${dimension} dimensions, Cosine, ${described}` +
        `payload indexes ${describeIndexes(Object.entries(payloadIndexes))}; ` +
        'the key then has to read and write it. Or give Pulse a key that may list, create and ' +
        'delete collections and aliases',
      error,
    );
  }
}

/**
 * Of kind `away`, so that documents wait until a person has decided: every document would fail, and
 * none of them is at fault.
 */
function refuseOtherShape(
  name: string,
  { params, metadata }: CollectionInfo['config'],
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
