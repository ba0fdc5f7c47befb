import { parseLanguage } from '../../shared/locale.ts';
import { PulseError } from '../errors.ts';
import { holdsNoPage, isPage, isPartOfPage } from './crawler-answer.ts';
import { readContent } from './record-content.ts';
import {
  findText,
  findUrl,
  findUrlInId,
  flags,
  isAddress,
  isFields,
  isRendered,
  listPlaces,
  maxDescriptionLength,
  maxSourceLength,
  maxTitleLength,
  readField,
  readFirst,
  readFlag,
  readStatuses,
  saysSomething,
} from './record-fields.ts';
import type { Fields } from './record-fields.ts';
import { decodeEntities, readDescription, readEntities } from './record-html.ts';
import { names } from './record-names.ts';

/** `404`, `404.0`, `404 Not Found`, `HTTP/1.1 404 Not Found`, `Error 404: …`. */
const statusText = new RegExp(
  String.raw`^\s*(?:(?:https?(?:\/\d(?:\.\d)?)?|status|code|error)[\s:_-]*)*` +
    String.raw`([1-5]\d\d)(?:\.0)?(?:[\s:;,(]|$)`,
  'i',
);
/** V8 throws a RangeError for a pattern with a repeated group and megabytes of its words. */
const maxStatusLength = 1_000;

/**
 * Reads a crawler's record as a page as it comes in. A field of the page that is absent, null or
 * blank is taken from what crawlers call it, there or in the record's `metadata`. Numbers, flags as
 * text and lists of one are read for what they mean. What cannot be read stays as it is, for the
 * check of the fields to name.
 *
 * @throws PulseError DOCUMENT_INVALID, final, for a page that the crawler did not get
 */
export function readRecord(value: unknown): unknown {
  if (!isFields(value)) return value;
  const places = listPlaces(unwrap(value));
  const [record = value] = places;
  refuseFailed(places);
  if (holdsNoPage(value)) throw failed("document: the crawler's answer holds no page");
  // A page may write more than a title; in the page's own field that is a fault.
  const find = (wanted: readonly string[], maxLength: number): string | undefined =>
    findText(places, wanted)?.slice(0, maxLength);
  const own = (name: string): unknown => readOwn(record, name);
  const url = findUrl(places) ?? own('url') ?? findUrlInId(places);
  const content = readContent(record);
  const title = readFirst(record['title']) ?? find(names.title, maxTitleLength);
  const description =
    readFirst(record['description']) ?? find(names.description, maxDescriptionLength);
  return {
    url,
    title: title === undefined ? own('title') : readTitle(title, record, content),
    description: description === undefined ? own('description') : readDescription(description),
    // A page may claim one that is none; in the page's own field that is a fault.
    language:
      own('language') ??
      findText(places, names.language, (tag) => parseLanguage(tag) !== undefined),
    country: own('country'),
    isMobile: readFlag(own('isMobile')),
    source: readSource(own('source'), url),
    crawlId: own('crawlId'),
    ...content,
  };
}

/** Who submitted the page. Others mean by it a newspaper or an address, which may be long. */
function readSource(source: unknown, url: unknown): unknown {
  const isLong = typeof source === 'string' && source.length > maxSourceLength;
  const isOther = isFields(source) || (isLong && isAddress(source));
  return source === url || isOther ? undefined : source;
}

/** Where the text is HTML, the title is often written for it as well. */
function readTitle(title: string, record: Fields, content: Fields): string {
  if (isRendered(record['title'])) return decodeEntities(title);
  return content['html'] ? readEntities(title) : title;
}

/** A word for nothing counts as absent; `nan` is a language as well. */
function readOwn(record: Fields, name: string): unknown {
  const field = readField(record[name]);
  if (typeof field !== 'string' || saysSomething(field)) return field;
  return name === 'language' && parseLanguage(field) !== undefined ? field : undefined;
}

/**
 * What is around a record of Elasticsearch, Qdrant, Hugging Face, CouchDB, Typesense, Airtable and
 * of JSON:API, as Strapi writes it.
 */
const wrappers = ['_source', 'payload', 'row', 'doc', 'document', 'fields', 'attributes'];

/**
 * Takes a single result out of what is around it: `{"success": true, "data": {…}}`, LangChain's own
 * form of a document, or what a store has around its records.
 */
export function unwrap(value: Fields): Fields {
  const { data, success, error, kwargs, lc } = value;
  if (lc !== undefined && isFields(kwargs)) return kwargs;
  const wrapper = wrappers.find((name) => isFields(value[name]));
  // What it says of the answer stays: a status of 404 is the record's as well.
  if (wrapper !== undefined && !isFields(data) && !isPartOfPage(value))
    return { ...value, [wrapper]: undefined, ...(value[wrapper] as Fields) };
  if (!isFields(data) || 'url' in value || isPage(value)) return value;
  return { success, ...(readFlag(success) === false && { error }), ...data };
}

/**
 * Refuses what stands in for a page that the server or the crawler did not give, so that it does
 * not replace the version that is there.
 */
function refuseFailed(places: readonly Fields[]): void {
  const find = (wanted: readonly string[]): string[] =>
    places.flatMap((place) => wanted.flatMap((name) => readFirst(place[name]) ?? []));
  const has = (name: string, flag: boolean): boolean =>
    places.some((place) => readFlag(place[name]) === flag);
  const final = find(['redirected_status_code']);
  // Jina Reader says in words alone that the page was none.
  const warned = find(['warning']).map(
    (text) => /\breturned error (\d{3})\b/.exec(text)?.[1] ?? '',
  );
  const statuses = [...warned, ...final, ...(final.length > 0 ? [] : readStatuses(places))]
    .map((text) => Number(statusText.exec(text.slice(0, maxStatusLength))?.[1]))
    .filter((status) => !Number.isNaN(status));
  const arrived = has('success', true) || find(['redirected_url', 'redirectedUrl']).length > 0;
  const status = statuses.find((code) => code >= 400 || code < 200 || (code >= 300 && !arrived));
  if (status !== undefined) throw failed(`statusCode: the page answered ${status}`);
  const error = find(names.error).find(
    (text) => saysSomething(text) && flags.get(text.toLowerCase()) !== false,
  );
  const isError = error !== undefined && statuses.length === 0 && !has('success', true);
  if (!isError && !has('success', false) && !has('#error', true)) return;
  const reason = error === undefined ? '' : `: ${error.replaceAll(/\s+/g, ' ').slice(0, 300)}`;
  throw failed(`document: the crawler did not get the page${reason}`);
}

function failed(problem: string): PulseError {
  return new PulseError('DOCUMENT_INVALID', 'final', problem);
}
