import { isFolderUrl } from '../../shared/folder-url.ts';
import { documentIdOf } from '../documents/document-id.ts';
import type { Services } from '../services.ts';
import { UsageError } from './command.ts';
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
