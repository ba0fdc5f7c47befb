import { resolve } from 'node:path';

import { formatArguments } from '../../shared/commands/format-arguments.ts';
import { indexDocuments as definition } from '../../shared/commands/index-documents.ts';
import { end, say, stackCommand } from '../command.ts';
import { UsageError } from '../errors.ts';
import { isOnPassingMachine } from '../files/label.ts';
import { runInWorker } from '../in-worker.ts';
import { readDocuments, requireNoFolderOptions } from '../pages.ts';

export const indexDocuments = stackCommand(definition, async (options) => {
  const { stack, path, wait, prune, json } = options;
  if (path === '-') requireNoFolderOptions(options);
  if (isUrl(path))
    throw new UsageError(
      `${path} is a URL, and nothing is fetched here`,
      'give a folder or file of its pages, or have a crawler deliver them: ./pulse senders',
    );
  const documents = path === '-' ? undefined : readDocuments(resolve(path), options);
  const folder = documents?.label;
  if (folder !== undefined && options.as === undefined && isOnPassingMachine())
    say(
      `These documents are called ${folder}, after this machine. In a container or a CI job that ` +
        'is another name each time: give one that stays, such as --as handbook.',
    );
  const args = formatArguments(definition, { path: '-', folder, prune, wait, json });
  const run = documents === undefined ? {} : { input: documents.input };
  const code = await runInWorker(stack, ['index', ...args], run);
  if (code === 2 && folder !== undefined)
    say(`A stack of an earlier version takes no folder; to update it: ./pulse up --stack ${stack}`);
  end(code);
});

/** As a path it would be a file under a folder `https:`, which nobody has. */
function isUrl(path: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(path);
}
