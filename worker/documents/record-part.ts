import { canonicalizeUrl } from './canonical-url.ts';
import { findUrl, isFields, listPlaces } from './record-fields.ts';
import { unwrap } from './record.ts';

/** Names of a place in a page: of splitters of LangChain and others, and of unstructured. */
const places = [
  'start_index',
  'startIndex',
  'chunk_index',
  'chunkIndex',
  'chunk_number',
  'chunkNumber',
  'chunk_id',
  'chunkId',
  'element_id',
];

export interface Part {
  /** Of the page, canonical. */
  readonly url: string;
  /** Differs from that of each other part of the page. */
  readonly place: string;
}

/** @returns undefined where the record does not say that it is a part of a page */
export function findPart(value: unknown): Part | undefined {
  if (!isFields(value)) return undefined;
  const record = unwrap(value);
  const fields = listPlaces(record);
  const found = fields.flatMap((one) => places.map((name) => one[name])).find(isPlace);
  // An entry of Algolia's DocSearch, a document of LangChain in JavaScript, a node of LlamaIndex.
  const { hierarchy, anchor, objectID, type } = record;
  const hasAnchor = isFields(hierarchy) && ('anchor' in record || 'url_without_anchor' in record);
  const lines = fields.map(({ loc }) => isFields(loc) && loc['lines']).find(isFields);
  const { relationships, id_: id } = record;
  const hasSource = isFields(relationships) && ('1' in relationships || 'SOURCE' in relationships);
  const place = found ?? (hasAnchor ? [anchor, type, objectID] : (lines ?? (hasSource && id)));
  const url = place === undefined || place === false ? undefined : findUrl(fields);
  const canonical = url === undefined ? undefined : canonicalizeUrl(url);
  return canonical === undefined ? undefined : { url: canonical, place: JSON.stringify(place) };
}

function isPlace(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && value !== '');
}
