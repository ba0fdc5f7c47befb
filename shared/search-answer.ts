/** What `./pulse search` prints: made in a worker, or of an answer of the API. */

/** A document that was found, with the chunk that matched best. */
export interface FoundDocument {
  readonly url: string;
  readonly title: string;
  readonly passage: string;
  /** The chunk's place in the document, from 0. */
  readonly chunk: number;
  readonly score: number;
}

interface Found {
  /** Only keywords were searched, because the GPU host is away. */
  readonly degraded: boolean;
  readonly results: readonly FoundDocument[];
}

/** Characters of a chunk that people are shown. */
const maxShownChars = 160;

/** Writes an answer for people, best first. */
export function formatFound({ results, degraded }: Found): string {
  const warning = degraded ? ['The GPU host is away: searched by keyword only.'] : [];
  const found = results.map(({ url, title, score, passage }, index) => {
    const excerpt = passage.replaceAll(/\s+/g, ' ').slice(0, maxShownChars);
    return `${index + 1}. ${title || url}  (${score.toFixed(3)})\n   ${url}\n   ${excerpt}`;
  });
  return [...warning, ...(found.length === 0 ? ['Nothing found.'] : found)].join('\n');
}
