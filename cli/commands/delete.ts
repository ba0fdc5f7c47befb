import { deleteDocuments as definition } from '../../shared/commands/delete.ts';
import { formatArguments } from '../../shared/commands/format-arguments.ts';
import type { InputOf } from '../../shared/commands/input.ts';
import { isFolderUrl } from '../../shared/folder-url.ts';
import { end, say, stackCommand } from '../command.ts';
import { askYesNo } from '../confirm.ts';
import { runInWorker, readFromWorker } from '../in-worker.ts';

type Selection = Pick<InputOf<typeof definition>, 'url' | 'domain' | 'all'>;

export const remove = stackCommand(
  definition,
  async ({ stack, url, domain, all, yes, wait, json }) => {
    const which: Selection = { url, domain, all };
    if (!yes && !(await isConfirmed(stack, which))) return say('Nothing was deleted.');
    const args = formatArguments(definition, { ...which, yes: true, wait, json });
    end(await runInWorker(stack, ['delete', ...args]));
  },
);

/** Asks before more than one document goes. */
async function isConfirmed(stack: string, which: Selection): Promise<boolean> {
  const { url, domain, all } = which;
  const isMany = url === undefined ? domain !== undefined || all === true : isFolderUrl(url);
  if (!isMany) return true;
  const documents = await countDocuments(stack, which);
  return (
    documents <= 1 ||
    askYesNo(
      `Delete ${documents} documents of stack ${stack}?`,
      `./pulse delete ${formatArguments(definition, which).join(' ')} --stack ${stack} --yes`,
    )
  );
}

async function countDocuments(stack: string, which: Selection): Promise<number> {
  const args = formatArguments(definition, { ...which, count: true, json: true });
  const answer = await readFromWorker(stack, ['delete', ...args]);
  return (JSON.parse(answer) as { documents: number }).documents;
}
