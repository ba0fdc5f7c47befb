import { isFolderUrl } from '../../shared/folder-url.ts';
import { documentIdOf } from '../documents/document-id.ts';
import type { Services } from '../services.ts';
import { UsageError } from './command.ts';
import type { Answer } from './command.ts';
import { parseUrl } from './target.ts';

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

/** Reads the ids of those documents that exist. */
export async function readSelectedIds(
  { records }: Services,
  { url, domain }: Selection,
): Promise<string[]> {
  if (url !== undefined && isFolderUrl(url)) {
    const found = await records.listUnder(parseUrl(url));
    return found.map(({ id }) => id);
  }
  if (url !== undefined) return [...(await records.urlsOf([documentIdOf(parseUrl(url))])).keys()];
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
