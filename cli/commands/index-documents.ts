import { resolve } from 'node:path';

import { formatArguments } from '../../shared/commands/format-arguments.ts';
import { indexDocuments as definition } from '../../shared/commands/index-documents.ts';
import { end, say, stackCommand } from '../command.ts';
import { runInWorker } from '../in-worker.ts';
import { readDocuments, requireNoFolderOptions } from '../pages.ts';

export const indexDocuments = stackCommand(definition, async (options) => {
  const { stack, path, wait, prune, json } = options;
  if (path === '-') requireNoFolderOptions(options);
  const documents = path === '-' ? undefined : readDocuments(resolve(path), options);
  const folder = documents?.label;
  const args = formatArguments(definition, { path: '-', folder, prune, wait, json });
  const run = documents === undefined ? {} : { input: documents.input };
  const code = await runInWorker(stack, ['index', ...args], run);
  if (code === 2 && folder !== undefined)
    say(`A stack of an earlier version takes no folder; to update it: ./pulse up --stack ${stack}`);
  end(code);
});
