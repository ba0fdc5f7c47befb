import type { KeywordPage } from '../../worker/keywords/words-schema.ts';

/** A page of one chunk, as the keyword index stores it. */
export function keywordPage(
  number: number,
  text: string,
  change: Partial<KeywordPage> = {},
): KeywordPage {
  return {
    id: keywordPageId(number),
    version: 1,
    url: `https://docs.example/${number}`,
    title: 'Notes',
    domain: 'docs.example',
    language: 'en',
    country: null,
    isMobile: null,
    chunks: [{ index: 0, text, headings: [] }],
    ...change,
  };
}

export function keywordPageId(number: number): string {
  return `00000000-0000-5000-8000-${String(number).padStart(12, '0')}`;
}
