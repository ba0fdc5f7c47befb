import { resolve } from 'node:path';

import { formatArguments } from '../../shared/commands/format-arguments.ts';
import { indexDocuments as definition } from '../../shared/commands/index-documents.ts';
import { end, stackCommand } from '../command.ts';
import { inWorker } from '../in-worker.ts';
import { pagesOf } from '../pages.ts';

export const indexDocuments = stackCommand(definition, async ({ stack, path, wait, json }) => {
  const args = formatArguments(definition, { path: '-', wait, json });
  const run = path === '-' ? {} : { input: pagesOf(resolve(path)) };
  end(await inWorker(stack, ['index', ...args], run));
});
