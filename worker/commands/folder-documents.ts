import type { LeftOutKind } from '../../shared/folder-lines.ts';
import { canonicalizeUrl } from '../documents/canonical-url.ts';
import { PulseError } from '../errors.ts';
import { deleteDocuments } from '../operator/documents.ts';
import type { Services } from '../services.ts';
import { splitIntoBatches } from './batches.ts';
import type { FolderInput } from './read-folder.ts';

/** Documents that a folder has besides those of its files. */
export interface FolderDocuments {
  /** `--domain` of these documents; null where all have URLs of their own. */
  readonly label: string | null;
  readonly leftOut: readonly LeftOutKind[];
  /** Documents whose files are gone, or gave them another URL; with `--prune` they were deleted. */
  readonly gone: {
    readonly count: number;
    /** Of how many of them the file is there; absent where of none. */
    readonly withFile?: number;
    readonly deleted: boolean;
    /** The first ones. */
    readonly urls: readonly string[];
    /** The command that deletes them. */
    readonly command: string;
  };
  /** Documents under the names that earlier versions gave them; null where there are none. */
  readonly earlier: {
    readonly count: number;
    readonly url: string;
    /** Of how many of them no file is there now. */
    readonly withoutFile: number;
    readonly command: string;
  } | null;
}

const maxExamples = 20;

/**
 * Looks which documents of a folder have no file any more, and which still have the names of
 * earlier versions.
 *
 * @param prune deletes those without a file
 * @throws PulseError when the list of files ended too early: then nothing can be called gone
 */
export async function compareFolder(
  services: Services,
  folder: FolderInput,
  label: string,
  prune: boolean,
): Promise<FolderDocuments> {
  const { end } = folder;
  if (end === undefined)
    throw new PulseError(
      'DOCUMENT_INVALID',
      'final',
      'the list of files ended too early: what came in is indexed; run the same command again',
    );
  const { records } = services;
  const known = end.isWhole ? await records.listUnder(`file://${label}/`) : [];
  const gone = known.filter(({ url }) => !folder.holdsPage(url));
  const withFile = gone.filter(({ url }) => folder.holdsFile(url)).length;
  if (prune)
    for (const batch of splitIntoBatches(gone.map(({ id }) => id)))
      await deleteDocuments(services, batch);
  return {
    label: folder.named > 0 ? label : null,
    leftOut: end.leftOut,
    gone: {
      count: gone.length,
      ...(withFile > 0 && { withFile }),
      deleted: prune,
      urls: gone.slice(0, maxExamples).map(({ url }) => url),
      command: end.pruneCommand,
    },
    earlier: await findEarlier(services, folder, label, end.earlier),
  };
}

async function findEarlier(
  { records }: Services,
  folder: FolderInput,
  label: string,
  earlier: { readonly url: string; readonly deleteCommand: string } | null,
): Promise<FolderDocuments['earlier']> {
  const start = canonicalizeUrl(earlier?.url ?? '');
  if (earlier === null || start === undefined) return null;
  const isFolder = start.endsWith('/');
  const found = await records.listUnder(start);
  const documents = isFolder ? found : found.filter(({ url }) => url === start);
  if (documents.length === 0) return null;
  const withoutFile = documents.filter(
    ({ url }) => isFolder && !folder.holdsFile(`file://${label}/${url.slice(start.length)}`),
  );
  return {
    count: documents.length,
    url: start,
    withoutFile: withoutFile.length,
    // Each of them is indexed under its new name: no question has to be asked.
    command: `${earlier.deleteCommand}${isFolder && withoutFile.length === 0 ? ' --yes' : ''}`,
  };
}
