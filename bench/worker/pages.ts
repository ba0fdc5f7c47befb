/** Pages for benchmarks: as many as wanted, each different, the same on every machine. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface BenchPage {
  readonly url: string;
  readonly title: string;
  readonly markdown: string;
  readonly language: string;
}

/**
 * 8.6 KB of such prose are some 2,400 tokens of a BERT or Qwen vocabulary: six chunks of 512 tokens
 * with their overlap.
 */
const charactersAPage = 8_600;
const sectionsAPage = 5;

/** One word in so many is a name that no other page has: a page's own identifiers and people. */
const oneNewIn = 5;
const syllables = [
  'ba',
  'con',
  'der',
  'el',
  'fi',
  'gra',
  'hub',
  'in',
  'ker',
  'lo',
  'mat',
  'nor',
  'ox',
  'pul',
  'que',
  'ri',
  'sta',
  'tor',
  'un',
  'vex',
];

const vocabulary = wordsOf(join(import.meta.dirname, '../../samples'));

/**
 * The page of this number: headings, paragraphs and sentences of the samples' words, drawn as often
 * as they stand there, and names of its own.
 */
export function page(number: number): BenchPage {
  const draw = randomOf(number + 1);
  const name = (): string =>
    Array.from({ length: 3 + draw(2) }, () => syllables[draw(syllables.length)]).join('');
  const word = (): string =>
    draw(oneNewIn) === 0 ? name() : (vocabulary[draw(vocabulary.length)] as string);
  const sentence = (): string => `${Array.from({ length: 6 + draw(14) }, word).join(' ')}.`;
  const paragraph = (): string => Array.from({ length: 3 + draw(3) }, sentence).join(' ');
  let markdown = `# Page ${number}\n\n`;
  for (let section = 1; section <= sectionsAPage; section += 1) {
    markdown += `## ${word()} ${word()} ${section}\n\n`;
    while (markdown.length < (charactersAPage * section) / sectionsAPage)
      markdown += `${paragraph()}\n\n`;
  }
  return {
    url: `https://bench.example/${number}`,
    title: `Page ${number}`,
    markdown,
    language: 'en',
  };
}

function wordsOf(folder: string): string[] {
  const texts = readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').replace(/^---[^]*?---/, ''));
  return texts.join('\n').match(/[\p{L}\p{N}_]+(?:[-.'][\p{L}\p{N}_]+)*/gu) ?? [];
}

/** Whole numbers below a bound, from a seed (mulberry32). */
function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
