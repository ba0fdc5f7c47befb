import type { Page } from './intake.ts';

const words = [
  'river',
  'lantern',
  'granite',
  'orchard',
  'compass',
  'harbour',
  'velvet',
  'thunder',
  'meadow',
  'copper',
  'willow',
  'anchor',
  'cinder',
  'marble',
  'falcon',
  'ember',
];

/**
 * A page of some chunks whose text says which page and which edition it is; the marker words are
 * found nowhere else.
 */
export function page(number: number, edition = 1, paragraphs = 4): Page {
  const paragraph = (at: number) =>
    Array.from(
      { length: 24 },
      (_, index) => words[(number * 7 + edition * 5 + at * 3 + index * (at + 1)) % words.length],
    ).join(' ');
  const body = Array.from(
    { length: paragraphs },
    (_, at) => `## Part ${at + 1}\n\n${marker(number, edition)} ${paragraph(at)}.`,
  );
  return {
    url: `https://example.test/pages/${number}`,
    title: `Page ${number}`,
    language: 'en',
    markdown: `# Page ${number}\n\n${body.join('\n\n')}`,
  };
}

/** Pages 1 to `count`. */
export function pages(count: number, edition = 1): Page[] {
  return Array.from({ length: count }, (_, index) => page(index + 1, edition));
}

/** A word that only this edition of this page has. */
export function marker(number: number, edition = 1): string {
  return `zq${number}x${edition}zq`;
}
