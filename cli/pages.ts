import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { Readable } from 'node:stream';

import { parse } from 'yaml';

import { CommandError } from '../toolchain/command-error.ts';

/**
 * JSON lines of a file as it is, or of every Markdown file under a folder; front matter gives url,
 * title, description, language. @throws CommandError
 */
export function pagesOf(path: string): Readable {
  const kind = statSync(path, { throwIfNoEntry: false });
  if (kind === undefined)
    throw new CommandError(
      `${path} does not exist`,
      'give a folder of Markdown, a file of JSON lines, or - for standard input',
    );
  if (kind.isFile())
    return path.endsWith('.md')
      ? Readable.from([page(path, basename(path))])
      : createReadStream(path);
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .sort();
  if (names.length === 0)
    throw new CommandError(
      `${path} holds no Markdown file`,
      'give a folder with *.md files in it or under it',
    );
  return Readable.from(lines(path, names));
}

function* lines(folder: string, names: readonly string[]): Generator<string> {
  for (const name of names)
    yield `${page(join(folder, name), relative(resolve(folder, '..'), join(folder, name)))}\n`;
}

function page(path: string, place: string): string {
  const [, front = '', markdown = ''] =
    /^(?:---\r?\n([^]*?)\r?\n---\r?\n)?([^]*)$/.exec(readFileSync(path, 'utf8')) ?? [];
  const matter = matterOf(front, path);
  const title = matter['title'] ?? /^#\s+(.+)$/m.exec(markdown)?.[1] ?? basename(path, '.md');
  return JSON.stringify({
    url: new URL(place.split('/').map(encodeURIComponent).join('/'), 'file:///').href,
    ...matter,
    title,
    markdown,
  });
}

function matterOf(front: string, path: string): Record<string, unknown> {
  try {
    return (parse(front) ?? {}) as Record<string, unknown>;
  } catch (error) {
    throw new CommandError(
      `${path}: its front matter is not YAML: ${error instanceof Error ? error.message : String(error)}`,
      'quote values that hold a colon',
    );
  }
}
