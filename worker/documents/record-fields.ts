import { names } from './record-names.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** In characters; what is longer is no title. */
export const maxTitleLength = 2_000;
export const maxDescriptionLength = 10_000;
export const maxSourceLength = 200;

/** The parts of a record that say more of the page. */
const parts = [
  'metadata',
  'crawl',
  'response',
  'warc_headers',
  'searchResult',
  '#debug',
  'meta',
  'article',
  // Last: what was asked for may have been moved to where the response says it is.
  'request',
];
/** Those that may have its text: what a search found of it is a part of the page. */
const partsOfText = ['metadata', 'crawl', 'response', 'meta', 'article'];
export const flags: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['0', false],
]);
/** What programs write for a value that is none. */
const nothing = /^\s*(?:none|null|nan|undefined)\s*$/i;
/** An address of an API, as GitHub's, GitHub Enterprise's and Gitea's are. */
const ofApi = /^https?:\/\/(?:api\.|[^/]+\/api\/)/i;
/** Nothing that a reader sees. */
const blank = /^[\s\p{Cc}\u00AD\u200B\u2060\uFEFF]*$/u;

/** The record, and the parts of it that say more of the page; these may have such parts as well. */
export function listPlaces(value: Fields, wanted: readonly string[] = parts): Fields[] {
  const list = (place: Fields): Fields[] =>
    wanted
      .map((part) => [place[part]].flat()[0])
      .filter(isFields)
      .map(useKnownNames);
  const record = useKnownNames(value);
  const found = list(record);
  return [record, ...found, ...found.flatMap(list)];
}

function fold(name: string): string {
  const lowered = name.toLowerCase();
  return /[\s_-]/.test(lowered) ? lowered.replaceAll(/[\s_-]/g, '') : lowered;
}

const longestName = 30;
/** What has more is no record of a page. */
const maxKeys = 1_000;
const textNames = Object.entries(names)
  .filter(([field]) => !['id', 'status', 'error'].includes(field))
  .flatMap(([, list]): readonly string[] => list);
const knownNames: ReadonlySet<string> = new Set([...textNames, ...parts]);
/** `language` alone is the page's own field, in which a word that is no language is a fault. */
const namesByFold: ReadonlyMap<string, string> = new Map(
  [...knownNames]
    .toReversed()
    .map((name) => [fold(name), name] as const)
    .concat([['language', 'lang']]),
);

/** A field of a part in a table: of pandas' `json_normalize`, of Apify's CSV. */
const flattened = new RegExp(`^(${parts.join('|')})[./](.+)$`, 's');

/**
 * Adds texts and parts under the names above, where programs in Go and .NET or the columns of a
 * table have them as `Url`, `Page URL` or `metadata.title`.
 */
function useKnownNames(place: Fields): Fields {
  const keys = Object.keys(place);
  if (keys.length > maxKeys) return place;
  const added: [string, unknown][] = [];
  const inParts = new Map<string, [string, unknown][]>();
  for (const key of keys) {
    if (knownNames.has(key)) continue;
    const value = place[key];
    const [, part, field] = flattened.exec(key) ?? [];
    if (part !== undefined && field !== undefined) {
      const fields = inParts.get(part) ?? [];
      fields.push([field, value]);
      inParts.set(part, fields);
    } else if (key.length <= longestName) {
      const name = namesByFold.get(fold(key));
      if (name !== undefined && (typeof value === 'string' || (isFields(value) && isPart(name))))
        added.push([name, value]);
    }
  }
  if (added.length + inParts.size === 0) return place;
  const found = [...inParts].map(([part, fields]) => [part, Object.fromEntries(fields)] as const);
  return { ...Object.fromEntries([...added, ...found]), ...place };
}

const isPart = (name: string): boolean => parts.includes(name);

/** The record, and the parts of it that may have the text of the page. */
export function listTextPlaces(record: Fields): Fields[] {
  return listPlaces(record, partsOfText);
}

/** @returns what these fields say of the page's status, as it is written */
export function readStatuses(places: readonly Fields[]): string[] {
  const wanted: readonly string[] = names.status;
  return places.flatMap((place) =>
    Object.keys(place)
      .filter((key) => wanted.includes(fold(key)))
      .flatMap((key) => readFirst(place[key]) ?? []),
  );
}

/** @returns the first text of these fields that is right, in the order of the places */
export function findText(
  places: readonly Fields[],
  wanted: readonly string[],
  isRight = isVisible,
): string | undefined {
  return places
    .flatMap((place) => wanted.map((name) => readFirst(place[name])))
    .find((text) => text !== undefined && isRight(text));
}

/** @returns the address of the page, under any of its names */
export function findUrl(places: readonly Fields[]): string | undefined {
  const url = findText(places, names.url, isAddress);
  // GitHub and Gitea write both: `url` is what their API answers to programs.
  const page = url !== undefined && ofApi.test(url) ? findText(places, ['html_url'], isWeb) : url;
  return (
    page ??
    url ??
    // A relative one is a fault: what else is an address there may be that of the site.
    findText(places, names.url) ??
    findText(places, names.address, isAddress)
  );
}

/** @returns the address of a page that has none but as its name, as Nutch and Atom have it */
export function findUrlInId(places: readonly Fields[]): string | undefined {
  return findText(places, names.id, isWeb);
}

/** @returns undefined where there is nothing, and the value itself where it is no text */
export function readField(value: unknown): unknown {
  const texts = readTexts(value);
  return texts === undefined ? value : texts.find(isVisible);
}

export function readFirst(value: unknown): string | undefined {
  return readTexts(value)?.find(isVisible);
}

export function readFlag(value: unknown): unknown {
  const flag = readField(value);
  return typeof flag === 'string' ? (flags.get(flag.trim().toLowerCase()) ?? flag) : flag;
}

/** @returns the texts of a value, which is one or a list of them; undefined for anything else */
export function readTexts(value: unknown): string[] | undefined {
  const texts: string[] = [];
  for (const one of Array.isArray(value) ? value : [value]) {
    const part: unknown = isRendered(one) ? one.rendered : one;
    if (typeof part === 'string') texts.push(part);
    else if (typeof part === 'number' || typeof part === 'boolean') texts.push(`${part}`);
    else if (part !== null && part !== undefined) return undefined;
  }
  return texts;
}

/** Of WordPress, whose HTML it is. */
export function isRendered(value: unknown): value is { readonly rendered: string } {
  return isFields(value) && typeof value['rendered'] === 'string';
}

export function isAddress(text: string): boolean {
  return /^\s*(?:https?|file):/i.test(text);
}

function isWeb(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

export function isVisible(text: string): boolean {
  return !blank.test(text);
}

/** Whether a reader sees anything but a word for nothing, such as Python's `None` as a text. */
export function saysSomething(text: string): boolean {
  return isVisible(text) && !nothing.test(text);
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
