/** Part of every point's id: a change of the rules below makes new points, and the old ones are removed. */
export const chunkerVersion = 1;

export interface Chunk {
  readonly index: number;
  /** A slice of the document: `text.slice(start, end)`. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Titles of the sections around it, outermost first. */
  readonly headings: readonly string[];
}

/** How many tokens each text has, special tokens not counted. */
export type CountTokens = (texts: readonly string[]) => Promise<readonly number[]>;

interface Piece { readonly start: number; readonly end: number; readonly tokens: number }

/**
 * A document in slices of at most `limit` tokens: along headings, then paragraphs, sentences, words. No text is lost,
 * a section is never mixed with the next, and a chunk repeats about `overlap` tokens of the one before it in its section.
 */
export async function split(text: string, limit: number, overlap: number, count: CountTokens): Promise<Chunk[]> {
  const chunks: Omit<Chunk, 'index'>[] = [];
  for (const section of sections(text)) {
    const pieces = await fitting(text, section, limit, count);
    for (let first = 0; first < pieces.length;) {
      const last = await lastThatFits(text, pieces, first, limit, count);
      const start = (pieces[first] as Piece).start;
      const end = (pieces[last] as Piece).end;
      chunks.push({ start, end, text: text.slice(start, end), headings: section.headings });
      first = last + 1 >= pieces.length ? pieces.length : repeated(pieces, first, last, limit, overlap);
    }
  }
  return chunks.map((chunk, index) => ({ index, ...chunk }));
}

interface Section { readonly start: number; readonly end: number; readonly headings: readonly string[] }

/** Sections under their headings; a `#` inside a code fence is none. */
function sections(text: string): Section[] {
  const found: Section[] = [];
  let headings: { level: number; title: string }[] = [];
  let start = 0;
  let fenced = false;
  for (const line of text.matchAll(/^.*$/gm)) {
    if (/^\s*(```|~~~)/.test(line[0])) fenced = !fenced;
    const heading = fenced ? null : /^(#{1,6})\s+(.+?)\s*#*$/.exec(line[0]);
    if (heading === null) continue;
    if (line.index > start) found.push({ start, end: line.index, headings: headings.map(({ title }) => title) });
    const level = (heading[1] as string).length;
    headings = [...headings.filter((outer) => outer.level < level), { level, title: heading[2] as string }];
    start = line.index;
  }
  found.push({ start, end: text.length, headings: headings.map(({ title }) => title) });
  return found.filter((section) => text.slice(section.start, section.end).trim() !== '');
}

/** From the coarsest cut to the finest; a run of letters without any end is cut by length. */
const cuts: readonly ((text: string) => string[])[] = [
  (text) => text.split(/(?<=\n\n)/),
  (text) => text.split(/(?<=\n)/),
  (text) => [...new Intl.Segmenter(undefined, { granularity: 'sentence' }).segment(text)].map(({ segment }) => segment),
  (text) => text.split(/(?<=\s)/),
  (text) => text.match(/[^]{1,48}/gu) ?? [],
  (text) => Array.from(text),
];

/** Pieces of a section, none longer than `limit` tokens, each as coarse as that allows. */
async function fitting(text: string, section: Section, limit: number, count: CountTokens, finest = 0): Promise<Piece[]> {
  const cut = cuts[finest];
  if (cut === undefined) throw new RangeError(`one character has more than ${limit} tokens`);
  const parts = cut(text.slice(section.start, section.end)).filter((part) => part !== '');
  const tokens = await count(parts);
  const pieces: Piece[] = [];
  let start = section.start;
  for (const [index, part] of parts.entries()) {
    const place = { start, end: start + part.length, headings: section.headings };
    start = place.end;
    if ((tokens[index] as number) <= limit) pieces.push({ start: place.start, end: place.end, tokens: tokens[index] as number });
    else pieces.push(...await fitting(text, place, limit, count, finest + 1));
  }
  return pieces;
}

/** Sums of parts are close to the count of the whole, not equal: the whole is counted before it is taken. */
async function lastThatFits(text: string, pieces: readonly Piece[], first: number, limit: number, count: CountTokens): Promise<number> {
  let last = first;
  let sum = (pieces[first] as Piece).tokens;
  while (last + 1 < pieces.length && sum + (pieces[last + 1] as Piece).tokens <= limit) sum += (pieces[++last] as Piece).tokens;
  while (last > first) {
    const [whole = 0] = await count([text.slice((pieces[first] as Piece).start, (pieces[last] as Piece).end)]);
    if (whole <= limit) break;
    last -= 1;
  }
  return last;
}

/** Where the next chunk begins: back by whole pieces as far as `overlap` allows and a new piece still fits; always further than this one began. */
function repeated(pieces: readonly Piece[], first: number, last: number, limit: number, overlap: number): number {
  const room = Math.min(overlap, limit - (pieces[last + 1] as Piece).tokens);
  let next = last + 1;
  let tokens = 0;
  while (next - 1 > first && tokens + (pieces[next - 1] as Piece).tokens <= room) tokens += (pieces[--next] as Piece).tokens;
  return next;
}
