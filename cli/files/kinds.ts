import { posix } from 'node:path';

/** What a file is, by the ending of its name, in capitals or not. */
export type PageKind = 'markdown' | 'html' | 'text';

const endings: Readonly<Record<PageKind, readonly string[]>> = {
  markdown: ['.md', '.markdown', '.mdown', '.mkdn', '.mkd', '.mdwn', '.mdx', '.qmd', '.rmd'],
  html: ['.html', '.htm', '.xhtml'],
  text: ['.txt', '.text', '.rst', '.adoc', '.asciidoc', '.org'],
};
const kinds = new Map(
  Object.entries(endings).flatMap(([kind, list]) =>
    list.map((ending) => [ending, kind as PageKind]),
  ),
);

/** For people: what is taken of a folder. */
export const pageEndings = [...kinds.keys()].join(' ');

/** @returns undefined for a name that is none of a page */
export function kindOf(name: string): PageKind | undefined {
  return kinds.get(endingOf(name));
}

/** @returns in small letters, with its dot; empty where the name has none */
export function endingOf(name: string): string {
  return posix.extname(name).toLowerCase();
}

/** Folders that hold other people's files, or copies: packages, what a NAS or a file manager keeps. */
const foreign = new Set([
  'node_modules',
  'bower_components',
  'jspm_packages',
  'site-packages',
  '__pycache__',
  '__MACOSX',
  '@eaDir',
  '#recycle',
  '#snapshot',
  '$RECYCLE.BIN',
  'System Volume Information',
  'lost+found',
]);

/** @returns under which kind a name is left out wherever it stands; undefined for any other */
export function kindLeftOut(name: string, isFolder: boolean): string | undefined {
  if (isFolder && foreign.has(name)) return `in ${name}`;
  return name.startsWith('.') ? 'hidden' : undefined;
}
