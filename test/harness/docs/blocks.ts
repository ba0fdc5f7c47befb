/** What the pages for users and contributors tell to type, send or write. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readMarks } from './marks.ts';
import type { Mark } from './marks.ts';

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
  readonly page: string;
  /** The heading above it, without `#`. */
  readonly heading: string;
  /** Of a block, as its fence names it; one without shows what is printed, and nothing to type. */
  readonly language: string;
  readonly text: string;
  /** What the comments before it say of its lines. */
  readonly marks: readonly Mark[];
}

const fence = /^(?<marks>(?:<!-- .* -->\n+)*)```(?<language>\S*)\n(?<text>[^]*?)^```$/gm;
const programs = String.raw`\.\/pulse|npm run|npx|pulumi|node`;
const span = new RegExp(String.raw`(?<![\`\w])\`(?<text>(?:${programs}) [^\`]+)\``, 'g');
/** Of every block that is below it and has no mark of its own. */
const allBelow = /^<!-- all below (.*) -->$/gm;

/** Blocks between fences. */
export const blocks: readonly Snippet[] = pages.flatMap((page) =>
  snippetsIn(page, read(page), fence),
);

/** Command lines within sentences and tables, each once. */
export const spans: readonly Snippet[] = pages
  .flatMap((page) => {
    const blank = (block: string): string => block.replaceAll(/[^\n]/g, ' ');
    return snippetsIn(page, read(page).replaceAll(fence, blank), span);
  })
  .filter(({ text }, index, all) => all.findIndex((one) => one.text === text) === index);

export function read(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

function snippetsIn(page: string, text: string, pattern: RegExp): Snippet[] {
  return [...text.matchAll(pattern)].map(({ index, groups = {} }) => {
    const comments = groups['marks'] ?? '';
    const above = text.slice(0, index + comments.length);
    const [, ofAll] = [...above.matchAll(allBelow)].at(-1) ?? [];
    const marks = readMarks(comments, page);
    return {
      place: `${page}:${above.split('\n').length}`,
      page,
      heading: [...above.matchAll(/^#+ (.*)$/gm)].at(-1)?.[1] ?? '',
      language: groups['language'] ?? 'sh',
      text: groups['text'] ?? '',
      marks:
        marks.length === 0 && ofAll !== undefined ? readMarks(`<!-- ${ofAll} -->`, page) : marks,
    };
  });
}
