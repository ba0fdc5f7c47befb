import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { Readable } from 'node:stream';

import { parse } from 'yaml';

import { CommandError } from '../toolchain/command-error.ts';

/** Front matter between two lines of dashes, then the text. */
const frontMatterAndText = /^(?:---\r?\n([^]*?)\r?\n---\r?\n)?([^]*)$/;

/**
 * Reads documents as JSON lines: a file of JSON lines as it is; a Markdown file, or every one under
 * a folder, as a line each. Front matter gives url, title, description and language.
 *
 * @throws CommandError when there is nothing to read, or front matter is not YAML
 */
export function readDocuments(path: string): Readable {
  const kind = statSync(path, { throwIfNoEntry: false });
  if (kind === undefined)
    throw new CommandError(
      `${path} does not exist`,
      'give a folder of Markdown, a file of JSON lines, or - for standard input',
    );
  if (!kind.isFile()) return readFolder(path);
  return path.endsWith('.md')
    ? Readable.from([formatPage(path, basename(path))])
    : createReadStream(path);
}

function readFolder(folder: string): Readable {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .sort();
  if (names.length === 0)
    throw new CommandError(
      `${folder} holds no Markdown file`,
      'give a folder with *.md files in it or under it',
    );
  return Readable.from(formatPages(folder, names));
}

function* formatPages(folder: string, names: readonly string[]): Generator<string> {
  for (const name of names) {
    const path = join(folder, name);
    yield `${formatPage(path, relative(resolve(folder, '..'), path))}\n`;
  }
}

/** @param place the path in the document's URL where front matter does not give one */
function formatPage(path: string, place: string): string {
  const [, front = '', markdown = ''] = frontMatterAndText.exec(readFileSync(path, 'utf8')) ?? [];
  const matter = parseFrontMatter(front, path);
  const title = matter['title'] ?? /^#\s+(.+)$/m.exec(markdown)?.[1] ?? basename(path, '.md');
  const url = new URL(place.split('/').map(encodeURIComponent).join('/'), 'file:///').href;
  return JSON.stringify({ url, ...matter, title, markdown });
}

function parseFrontMatter(front: string, path: string): Record<string, unknown> {
  try {
    return (parse(front) ?? {}) as Record<string, unknown>;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new CommandError(
      `${path}: its front matter is not YAML: ${problem}`,
      'quote values that hold a colon',
    );
  }
}
