import { createHash } from 'node:crypto';

import { canonicalizeUrl } from './canonical-url.ts';
import { findUrl, isFields, listPlaces } from './record-fields.ts';
import type { Fields } from './record-fields.ts';
import { unwrap } from './record.ts';

/** Names of a place in a page: of splitters of LangChain, Haystack and others, of unstructured. */
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
  'split_id',
  'page_label',
];
/** LangChain's of a PDF; elsewhere the part of a list in which an address stood. */
const placesOfPdf = [...places, 'page'];

/** Why: the page would be no more than that part, which takes the place of the one before. */
export const furtherPart = 'is a part of a page: give the pages before they are split';

export interface Part {
  /** Of the page, canonical. */
  readonly url: string;
  /** Differs from that of each other part of the page; of a document of LangChain its text. */
  readonly place: string;
  /** It may as well be a whole page: what stands beside it says that it is none. */
  readonly mayBePage?: true;
}

/** @returns undefined where the record does not say that it is a part of a page, and may not be */
export function findPart(value: unknown): Part | undefined {
  if (!isFields(value)) return undefined;
  const record = unwrap(value);
  const fields = listPlaces(record);
  const text = record['page_content'] ?? record['pageContent'];
  const isOfLangChain = typeof text === 'string';
  const place = findPlace(record, fields, isOfLangChain ? placesOfPdf : places);
  const url = place === undefined && !isOfLangChain ? undefined : findUrl(fields);
  const canonical = url === undefined ? undefined : canonicalizeUrl(url);
  if (canonical === undefined) return undefined;
  if (place !== undefined) return { url: canonical, place: JSON.stringify(place) };
  const hash = createHash('sha256').update(String(text)).digest('hex');
  return { url: canonical, place: hash, mayBePage: true };
}

function findPlace(record: Fields, fields: readonly Fields[], wanted: readonly string[]): unknown {
  const found = fields.flatMap((one) => wanted.map((name) => one[name])).find(isPlace);
  if (found !== undefined) return found;
  // An entry of Algolia's DocSearch, a document of LangChain in JavaScript, a node of LlamaIndex.
  const { hierarchy, anchor, objectID, type, relationships, id_: id } = record;
  const hasAnchor = isFields(hierarchy) && ('anchor' in record || 'url_without_anchor' in record);
  if (hasAnchor) return [anchor, type, objectID];
  const hasSource = isFields(relationships) && ('1' in relationships || 'SOURCE' in relationships);
  const lines = fields.map(({ loc }) => isFields(loc) && loc['lines']).find(isFields);
  return lines ?? (hasSource ? id : undefined);
}

function isPlace(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && value !== '');
}

/** Tells the first part of each page of one input from the further ones. */
export class PartsOfPages {
  /** By page, the place of the first that came. */
  readonly #places = new Map<string, string>();
  /** The record before, or the first of its page among those that stand in a row. */
  #before: Part | undefined;

  isFurther(part: Part | undefined): boolean {
    const isFurther = part !== undefined && part.place !== this.#findFirst(part);
    if (!isFurther) this.#before = part;
    return isFurther;
  }

  /**
   * Splitters of LangChain name no place: their parts are documents of one address, one right
   * behind the other. A page that came again comes after others.
   */
  #findFirst({ url, place, mayBePage }: Part): string {
    if (mayBePage) return this.#before?.url === url ? this.#before.place : place;
    const first = this.#places.get(url) ?? place;
    this.#places.set(url, first);
    return first;
  }
}
