/** What `./pulse search` prints: made in a worker, or of an answer of the API. */
import { styleText } from 'node:util';

/** A part of a text, in UTF-16 code units, as JavaScript counts. */
export interface TextRange {
  readonly start: number;
  readonly length: number;
}

/** A chunk that was found, by words or by meaning. */
export interface FoundChunk {
  readonly url: string;
  readonly title: string;
  readonly passage: string;
  /** The header row of the table in whose middle the passage begins; left out elsewhere. */
  readonly prefix?: string | undefined;
  /** The chunk's place in the document, from 0. */
  readonly chunk: number;
  readonly score: number;
  /** It is found by the words of the query alone: nothing has what stands in quotation marks. */
  readonly relaxed?: true | undefined;
}

/** A document that was found, with the chunk that matched best. */
export interface FoundDocument extends FoundChunk {
  /** A reranker's score, by which the best are in order; left out where none was asked. */
  readonly rerankScore?: number | undefined;
  /** The words of the query in the passage; left out while the keyword index is away. */
  readonly highlights?: readonly TextRange[] | undefined;
  readonly explain?: Explanation | undefined;
}

/** Where a score comes from. A way that was not asked, or found nothing at all, is null. */
export interface Explanation {
  readonly keyword: (LegShare & { readonly terms: readonly MatchedTerm[] }) | null;
  readonly semantic: LegShare | null;
}

/** A word of the query, and the fields of the chunk that have it. */
export interface MatchedTerm {
  readonly term: string;
  readonly fields: readonly MatchedField[];
}

/** `header`: the header row of a table, which stands beside a passage from its middle. */
export type MatchedField = 'title' | 'headings' | 'header' | 'text';

/** What one way of searching has to do with a document's score. */
export interface LegShare {
  /** The document's place in what this way found, from 1; null when it did not find it. */
  readonly rank: number | null;
  /** BM25, or a cosine; null when it did not score the document. */
  readonly score: number | null;
  /** Its part of the document's score: both parts together are the score. */
  readonly share: number;
}

interface ValueCount<Value = string> {
  readonly value: Value;
  readonly documents: number;
}

/** What the documents that were found by keyword can be filtered by further. */
export interface FoundFacets {
  readonly documents: number;
  /** More were found than were counted: every number is the least. */
  readonly atLeast: boolean;
  readonly hosts: readonly ValueCount[];
  readonly languages: readonly ValueCount[];
  readonly countries: readonly ValueCount[];
  readonly isMobile: readonly ValueCount<boolean>[];
}

/** What `./pulse search --json` prints. */
export interface FoundAnswer {
  readonly mode: string;
  /** Only keywords were searched, because the GPU host is away. */
  readonly degraded: boolean;
  readonly degradedBecause: string | null;
  readonly total: number;
  /** The nearest word of the index, where the query is one word that it does not have. */
  readonly didYouMean: string | null;
  /** What was found by keyword, by what it can be filtered by; null for a search by meaning. */
  readonly facets?: FoundFacets | null | undefined;
  readonly hasMore: boolean;
  /** Whether the best are in a reranker's order; left out where there is none. */
  readonly reranked?: boolean | undefined;
  /** Nothing has what stands in quotation marks: its words were searched for one by one. */
  readonly relaxed?: true | undefined;
  /** Milliseconds; null for what was not done. */
  readonly took: object;
  readonly results: readonly FoundDocument[];
}

/** Characters of a chunk that people are shown, and of those before the first word that matched. */
const maxShownChars = 160;
const maxCharsBefore = 40;

/**
 * Writes an answer for people, best first.
 *
 * @param colour whether words of the query are marked by colour
 */
export function formatFound(
  { results, degraded, relaxed, didYouMean = null, facets = null }: Shown,
  { offset = 0, colour = false } = {},
): string {
  const hint = didYouMean === null ? [] : [`No page has this word. Did you mean ${didYouMean}?`];
  const warning = degraded ? ['The GPU host is away: searched by keyword only.'] : [];
  const looser = relaxed === true ? ['No page has the words in quotation marks in a row.'] : [];
  const found = results.map((document, index) =>
    [
      `${offset + index + 1}. ${document.title || document.url}  (${formatScore(document)})`,
      document.url,
      ...(document.prefix === undefined ? [] : [oneLine(document.prefix).slice(0, maxShownChars)]),
      formatExcerpt(document, colour),
      ...formatExplanation(document.explain),
    ].join('\n   '),
  );
  return [
    ...warning,
    ...hint,
    ...looser,
    ...(found.length === 0 ? ['Nothing found.'] : found),
    ...formatFacets(facets),
  ].join('\n');
}

type Shown = Pick<FoundAnswer, 'results' | 'degraded'> &
  Partial<Pick<FoundAnswer, 'didYouMean' | 'facets' | 'relaxed'>>;

/** Values of each facet that people are shown. */
const maxShownValues = 10;

function formatFacets(facets: FoundFacets | null): string[] {
  if (facets === null) return [];
  const { documents, atLeast, hosts, languages, countries, isMobile } = facets;
  const mobile = isMobile.map(({ value, documents: many }) => ({
    value: value ? 'yes' : 'no',
    documents: many,
  }));
  const lines = Object.entries({ hosts, languages, countries, mobile })
    .filter(([, counts]) => counts.length > 0)
    .map(([name, counts]) => {
      const shown = counts.slice(0, maxShownValues).map((one) => `${one.value} ${one.documents}`);
      const rest = counts.length > maxShownValues ? [`${counts.length - maxShownValues} more`] : [];
      return `   ${name}: ${[...shown, ...rest].join(', ')}`;
    });
  return [`By keyword ${atLeast ? 'at least ' : ''}${documents} documents`, ...lines];
}

function formatScore({ score, rerankScore }: FoundDocument): string {
  const reranked = rerankScore === undefined ? '' : `, reranked ${rerankScore.toFixed(3)}`;
  return score.toFixed(3) + reranked;
}

/** The part of a passage around the first word that matched, on one line. */
function formatExcerpt({ passage, highlights = [] }: FoundDocument, colour: boolean): string {
  const first = highlights[0]?.start ?? 0;
  const isFarIn = first > maxShownChars - maxCharsBefore;
  const start = isFarIn ? beginOfWord(passage, first - maxCharsBefore) : 0;
  const end = start + maxShownChars;
  const parts: string[] = [];
  let at = start;
  for (const { start: from, length } of highlights) {
    if (from < at || from + length > end) continue;
    const word = oneLine(passage.slice(from, from + length));
    const marked = colour ? styleText(['bold', 'yellow'], word, { validateStream: false }) : word;
    parts.push(oneLine(passage.slice(at, from)), marked);
    at = from + length;
  }
  return [...parts, oneLine(passage.slice(at, end))].join('');
}

/** @returns the index of the first word that begins at `index` or behind it */
function beginOfWord(text: string, index: number): number {
  const blank = text.slice(index, index + maxCharsBefore).search(/\s/);
  return blank < 0 ? index : index + blank + 1;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

function formatExplanation(explain: Explanation | undefined): string[] {
  if (explain === undefined) return [];
  const { keyword, semantic } = explain;
  const terms = (keyword?.terms ?? []).map(({ term, fields }) => `${term} (${fields.join(', ')})`);
  return [
    ...(keyword === null
      ? []
      : [`words ${formatShare(keyword, 'BM25')}: ${terms.join(', ') || 'none'}`]),
    ...(semantic === null ? [] : [`meaning ${formatShare(semantic, 'cosine')}`]),
  ];
}

function formatShare({ rank, score, share }: LegShare, name: string): string {
  const place = rank === null ? 'not among its best' : `rank ${rank}`;
  return [share.toFixed(3), place, ...(score === null ? [] : [`${name} ${score.toFixed(3)}`])].join(
    ', ',
  );
}
