import type { InStack } from '../command.ts';
import { end, say, stackCommand } from '../command.ts';
import { askYesNo } from '../confirm.ts';
import { inWorker, outputInWorker } from '../in-worker.ts';

interface Options extends InStack {
  readonly domain?: string;
  readonly all?: true;
  readonly yes?: true;
  readonly wait: boolean;
}

export const remove = stackCommand(
  'delete',
  'delete documents; what is noted once is done, whatever is away',
  [
    './pulse delete https://docs.example.org/page',
    './pulse delete --domain docs.example.org',
    './pulse delete --all --yes',
  ],
)
  .argument('[url]', 'of one document')
  .option('--domain <host>', 'every document of a host')
  .option('--all', 'every document')
  .option('--yes', 'do not ask, when it is more than one')
  .option('--no-wait', 'do not wait until words and vectors are gone')
  .action(async (url: string | undefined, { stack, json, domain, all, yes, wait }: Options) => {
    const which = [
      ...(url === undefined ? [] : [url]),
      ...(domain === undefined ? [] : ['--domain', domain]),
      ...(all ? ['--all'] : []),
    ];
    if (url === undefined && !yes && which.length > 0) {
      const { documents } = JSON.parse(
        await outputInWorker(stack, ['delete', ...which, '--count', '--json']),
      ) as { documents: number };
      if (
        documents > 1 &&
        !(await askYesNo(
          `Delete ${documents} documents of stack ${stack}?`,
          `./pulse delete ${which.join(' ')} --stack ${stack} --yes`,
        ))
      )
        return say('Nothing was deleted.');
    }
    end(
      await inWorker(stack, [
        'delete',
        ...which,
        '--yes',
        ...(wait ? [] : ['--no-wait']),
        ...(json ? ['--json'] : []),
      ]),
    );
  });
