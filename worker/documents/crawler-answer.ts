import {
  findUrl,
  isFields,
  listPlaces,
  listTextPlaces,
  readFlag,
  saysSomething,
} from './record-fields.ts';
import type { Fields } from './record-fields.ts';
import { names } from './record-names.ts';

/** Fields that hold the text of a page. */
const content = [...names.markdown, ...names.html, ...names.text, ...names.either];
/** Where crawlers and their APIs put the pages of an answer. */
const lists = [
  'data',
  'results',
  'result',
  'items',
  'pages',
  'documents',
  'records',
  'objects',
  // Of Ghost; Zendesk; readers of feeds.
  'posts',
  'articles',
  'entries',
  // Of Elasticsearch, Algolia, Meilisearch; Solr; Hugging Face, CouchDB; Qdrant.
  'hits',
  'docs',
  'rows',
  'points',
  // Of Firecrawl's search.
  'web',
  'news',
  'images',
  // Alone only where nothing was got.
  'failed_results',
];
/** Lists beside those of pages: what a search found elsewhere, and what the crawler did not get. */
const besides = ['web', 'news', 'images', 'failed_results'];
/** `{"result": {"pages": […]}}` has two. */
const maxDepth = 3;

/**
 * Takes the pages out of what was saved whole: a JSON array, or a crawler's answer such as
 * `{"success": true, "data": […]}`. A page may have such fields as well, and stays a page.
 *
 * @returns undefined for what is one page, an answer without any, or anything else
 */
export function listRecords(value: unknown): readonly unknown[] | undefined {
  const records = listAnswer(value);
  if (records !== undefined) return records.flatMap(listInner).flatMap(listWithSubpages);
  const all = listWithSubpages(value);
  return all.length > 1 ? all : undefined;
}

/** What was saved is often a list of answers. */
function listInner(record: unknown): readonly unknown[] {
  return (isFields(record) ? listAnswer(record) : undefined) ?? [record];
}

/** Pages that Exa went on to from a page stand in it. */
function listWithSubpages(record: unknown): unknown[] {
  const subpages: unknown[] = isFields(record) ? [record['subpages']].flat() : [];
  return [record, ...subpages.filter((one) => isFields(one) && isPage(one))];
}

function listAnswer(value: unknown, depth = 1): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (!isFields(value) || depth > maxDepth || isPage(value)) return undefined;
  const byUrl = listByUrl(value);
  if (byUrl !== undefined) return byUrl;
  const [inner, ...others] = findInner(value);
  if (inner === undefined || (isPartOfPage(value) && !holdsPage(inner))) return undefined;
  const records = listAnswer(inner, depth + 1);
  if (others.length > 0)
    return [records ?? [inner], ...others.map((one) => listAnswer(one, depth + 1) ?? [one])].flat();
  // The reason of the failure is beside the page that is none.
  return records ?? (readFlag(value['success']) === false ? undefined : [inner]);
}

/** Pages under their addresses, as programs write a dictionary of them: `{"https://…": "…"}`. */
function listByUrl(value: Fields): readonly unknown[] | undefined {
  const pages = Object.entries(value);
  if (pages.length === 0 || !pages.every(([key]) => /^https?:\/\//i.test(key))) return undefined;
  return pages.map(([url, page]) => (isFields(page) ? { url, ...page } : { url, content: page }));
}

/** Whether a record has a text and an address of its own. */
export function isPage(record: Fields): boolean {
  return hasContent(record) && findUrl(listPlaces(record)) !== undefined;
}

/** Whether it is a crawler's answer whose list is empty. */
export function holdsNoPage(value: Fields): boolean {
  if (isPartOfPage(value) || findInner(value).length > 0) return false;
  // The answer of a crawler that only looks for addresses has `links`.
  return [...lists, 'links'].some((key) => Array.isArray(value[key]));
}

/**
 * The fields with the pages, none or several; one such as `data` may as well be a value of the page
 * itself.
 */
function findInner(value: Fields): unknown[] {
  const { response } = value;
  // Solr's. The answer of a page to its crawler has the same name.
  const found = isFields(response) && Array.isArray(response['docs']) ? response : undefined;
  const fields = [...lists.map((key) => value[key]), found].filter(
    (one) => isListOfRecords(one) || isFields(one),
  );
  const inner = fields.find(holdsPage) ?? fields.find(isListOfRecords) ?? fields[0];
  if (inner === undefined) return [];
  const others = besides.map((key) => value[key]).filter(Array.isArray);
  return [...new Set([inner, ...fields.filter(holdsPage), ...others])];
}

/** What else stands in the list is a record as well, and refused by itself. */
function isListOfRecords(value: unknown): boolean {
  return Array.isArray(value) && value.some(isFields);
}

function holdsPage(value: unknown): boolean {
  return [value].flat().some((one) => isFields(one) && isPage(one));
}

/** Whether it has a text or an address. */
export function isPartOfPage(record: Fields): boolean {
  return hasContent(record) || findUrl(listPlaces(record)) !== undefined;
}

/** In the record itself, in any form; in a part of it as a text. */
function hasContent(record: Fields): boolean {
  const places = listTextPlaces(record);
  return content.some((name) => {
    const value = places[0]?.[name];
    if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
    return places.some((place) => isText(place[name]));
  });
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && saysSomething(value);
}
