import { isFolderUrl } from '../../shared/folder-url.ts';
import { canonicalizeUrl } from '../documents/canonical-url.ts';
import { documentIdOf } from '../documents/document-id.ts';
import type { Services } from '../services.ts';
import { UsageError } from './command.ts';
import type { Answer } from './command.ts';

/** Which documents: one, those of a host or of a folder of files, or all. */
export interface Selection {
  readonly url?: string | undefined;
  readonly domain?: string | undefined;
  readonly all?: true | undefined;
}

const pageSize = 1_000;

/** @throws UsageError unless exactly one of the three is named */
export function requireOneSelection(selection: Selection): Selection {
  const named = [selection.url, selection.domain, selection.all].filter((one) => one !== undefined);
  if (named.length !== 1) throw new UsageError('name one: a URL, --domain <host>, or --all');
  return selection;
}

/**
 * Reads the ids of those documents that exist.
 *
 * @throws UsageError when what should be a URL is none
 */
export async function readSelectedIds(
  { records }: Services,
  { url: text, domain }: Selection,
): Promise<string[]> {
  if (text !== undefined) {
    const url = parseUrl(text);
    if (!isFolderUrl(text)) return [...(await records.urlsOf([documentIdOf(url)])).keys()];
    const found = await records.listUnder(url);
    return found.map(({ id }) => id);
  }
  const ids: string[] = [];
  let page: string[];
  do {
    const after = ids.at(-1);
    page = await records.documents({
      domain,
      limit: pageSize,
      ...(after !== undefined && { after }),
    });
    ids.push(...page);
  } while (page.length === pageSize);
  return ids;
}

function parseUrl(text: string): string {
  const url = canonicalizeUrl(text);
  if (url === undefined)
    throw new UsageError(
      `${text} is no URL such as https://docs.example.org/page; ` +
        '--domain <host> names all of a host or a folder, --all every document',
    );
  return url;
}

/**
 * What a command says when the selection has no document. A name that nothing has may be mistyped,
 * and a script has to notice; of all documents none is left to do anything with, which is good.
 */
export function answerNothingSelected({ url, domain }: Selection): Omit<Answer, 'value'> {
  const name = url ?? domain;
  return name === undefined
    ? { text: 'There is no document.' }
    : { text: `There is no document of ${name}: ./pulse list shows which there are.`, ok: false };
}
