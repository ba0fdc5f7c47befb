import { resolve } from 'node:path';

import { formatArguments } from '../../shared/commands/format-arguments.ts';
import { indexDocuments as definition } from '../../shared/commands/index-documents.ts';
import { end, stackCommand } from '../command.ts';
import { runInWorker } from '../in-worker.ts';
import { readDocuments } from '../pages.ts';

export const indexDocuments = stackCommand(definition, async ({ stack, path, wait, json }) => {
  const args = formatArguments(definition, { path: '-', wait, json });
  const run = path === '-' ? {} : { input: readDocuments(resolve(path)) };
  end(await runInWorker(stack, ['index', ...args], run));
});
