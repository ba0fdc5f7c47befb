/** What the pages for users and contributors tell to type, send or write. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../../..');

/**
 * Generated pages among them: what they show is written elsewhere, and has to be right all the
 * same.
 */
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...globSync('docs/**/*.md', { cwd: root }).sort(),
  'offline/README.md',
  'offline/pulumi/README.md',
  'offline/servers/README.md',
];

export interface Snippet {
  /** `docs/state.md:7`. */
  readonly place: string;
  /** Of a block, as its fence names it. */
  readonly language: string;
  readonly text: string;
  /** Why no test runs it, as the comment before it says. */
  readonly marker: string | undefined;
}

const fence =
  /^(?:<!-- not run: (?<marker>[^>]*?) -->\n+)?```(?<language>\S*)\n(?<text>[^]*?)^```$/gm;
const programs = String.raw`\.\/pulse|npm run|npx|pulumi|node`;
const span = new RegExp(String.raw`(?<![\`\w])\`(?<text>(?:${programs}) [^\`]+)\``, 'g');

/** Blocks between fences. One without a language shows what is printed, and nothing to type. */
export const blocks: readonly Snippet[] = pages.flatMap((page) =>
  snippetsIn(page, read(page), fence).filter(({ language }) => language !== ''),
);

/** Command lines within sentences and tables, each once. */
export const spans: readonly Snippet[] = pages
  .flatMap((page) => {
    const blank = (block: string): string => block.replaceAll(/[^\n]/g, ' ');
    return snippetsIn(page, read(page).replaceAll(fence, blank), span);
  })
  .filter(({ text }, index, all) => all.findIndex((one) => one.text === text) === index);

function read(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

function snippetsIn(page: string, text: string, pattern: RegExp): Snippet[] {
  return [...text.matchAll(pattern)].map(({ index, groups = {} }) => ({
    place: `${page}:${text.slice(0, index).split('\n').length}`,
    language: groups['language'] ?? 'sh',
    text: groups['text'] ?? '',
    marker: groups['marker'],
  }));
}
