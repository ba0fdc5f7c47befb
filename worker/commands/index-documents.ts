import { indexDocuments as definition } from '../../shared/commands/index-documents.ts';
import { workerCommand } from './command.ts';
import type { Answer } from './command.ts';
import { countRejected } from './entries.ts';
import { compareFolder } from './folder-documents.ts';
import type { FolderDocuments } from './folder-documents.ts';
import { followIndexing } from './follow-indexing.ts';
import type { FollowedIndexing } from './follow-indexing.ts';
import { formatFolder, formatRejected, formatReplaced } from './index-report.ts';
import { FolderInput } from './read-folder.ts';
import { expectedJson, readRecords } from './read-records.ts';
import { storeEntries } from './store-entries.ts';
import type { Stored } from './store-entries.ts';

export const indexDocuments = workerCommand(definition, async (context, input) => {
  const { wait, folder: label, prune = false } = input;
  const folder = label === undefined ? undefined : new FolderInput();
  const { documentIds, ...stored } = await (folder === undefined
    ? storeEntries(context, readRecords(context.stdin), 'lines read')
    : storeEntries(context, folder.read(context.stdin), 'files read'));
  for (const place of stored.rejected) if ('path' in place) folder?.keepRefused(place.path);
  const found =
    folder === undefined || label === undefined
      ? undefined
      : await compareFolder(context.services, folder, label, prune);
  const followed = wait ? await followIndexing(context, documentIds) : undefined;
  return answerIndexed(stored, found, followed);
});

const holdsNothing = 'the input holds no record';

function answerIndexed(
  { accepted, unchanged, rejected, replaced }: Omit<Stored, 'documentIds'>,
  folder: FolderDocuments | undefined,
  followed: FollowedIndexing | undefined,
): Answer {
  const { failed, left = 0, why = null } = followed ?? {};
  const failures = failed === undefined ? '' : `, ${failed} failed`;
  const isEmpty = folder === undefined && accepted + unchanged + rejected.length === 0;
  const rest =
    left === 0
      ? []
      : [`${left} are not indexed yet; the workers go on without this command: ${why}`];
  return {
    value: {
      accepted,
      unchanged,
      rejected,
      ...(replaced.count > 0 && { replaced }),
      ...(isEmpty && { problem: holdsNothing }),
      ...folder,
      ...(followed !== undefined && { failed, left, why }),
    },
    text: [
      `${accepted} accepted, ${unchanged} unchanged, ${countRejected(rejected)} rejected${failures}`,
      ...(isEmpty ? [`  ${holdsNothing}; expected: ${expectedJson}`] : []),
      ...formatRejected(rejected),
      ...formatReplaced(replaced),
      ...(folder === undefined ? [] : formatFolder(folder)),
      ...rest,
    ].join('\n'),
    ok: !isEmpty && rejected.length === 0 && (failed ?? 0) === 0,
  };
}
