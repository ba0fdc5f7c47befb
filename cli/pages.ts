import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';

import { parse } from 'yaml';

/** JSON lines of a file as it is, or of every Markdown file under a folder; front matter gives url, title, description, language. */
export function pagesOf(path: string): string {
  if (statSync(path).isFile()) return path.endsWith('.md') ? page(path, basename(path)) : readFileSync(path, 'utf8');
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => page(join(path, name), relative(resolve(path, '..'), join(path, name))))
    .join('\n');
}

function page(path: string, place: string): string {
  const [, front = '', markdown = ''] = /^(?:---\n([^]*?)\n---\n)?([^]*)$/.exec(readFileSync(path, 'utf8')) ?? [];
  const matter = (parse(front) ?? {}) as Record<string, unknown>;
  const title = matter['title'] ?? /^#\s+(.+)$/m.exec(markdown)?.[1] ?? basename(path, '.md');
  return JSON.stringify({ url: new URL(place, 'file:///').href, ...matter, title, markdown });
}
