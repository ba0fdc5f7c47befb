import { readFileSync, statSync } from 'node:fs';
import { basename, extname } from 'node:path';

import { EntryFault } from './entry-fault.ts';
import { splitFrontMatter } from './front-matter.ts';
import { hasTitle } from './html-title.ts';
import { endingOf, kindOf } from './kinds.ts';
import { findPlainTitle } from './plain-title.ts';
import { decodeText } from './text.ts';
import { findTitle } from './title.ts';

/** As the worker takes a line at most; characters that JSON escapes make it longer. */
const maxFileBytes = 16 * 1024 * 1024;

/**
 * Reads a file as a page: the fields that the worker takes.
 *
 * @param fileUrl its URL where front matter says no other
 * @throws EntryFault or an error of the file system
 */
export function readPage(file: string, fileUrl: string): Record<string, unknown> {
  const { size } = statSync(file);
  if (size > maxFileBytes) throw new EntryFault(`is larger than ${maxFileBytes / 1024 / 1024} MiB`);
  if (size === 0) throw new EntryFault('is empty');
  const kind = kindOf(file) ?? 'text';
  const content = decodeText(readFileSync(file), kind === 'html');
  // What the worker refuses for its text, it would refuse without saying what is wrong.
  if (content.trim() === '') throw new EntryFault('has no text');
  const name = basename(file, extname(file));
  const { matter, text } = splitFrontMatter(content);
  if (text.trim() === '') throw new EntryFault('has no text beside its front matter');
  const page = { url: fileUrl, ...matter };
  // HTML says its title, description and language itself, where front matter does not.
  if (kind === 'html')
    return { ...page, ...(!('title' in matter) && !hasTitle(text) && { title: name }), html: text };
  const ending = endingOf(file);
  const found = kind === 'markdown' ? findTitle(text, ending) : findPlainTitle(text, ending);
  return { ...page, title: matter.title ?? found ?? name, [kind]: text };
}
