import { resolve } from 'node:path';

import type { InStack } from '../command.ts';
import { end, stackCommand } from '../command.ts';
import { inWorker } from '../in-worker.ts';
import { pagesOf } from '../pages.ts';

export const index = stackCommand(
  'index',
  'take in Markdown files or JSON lines; what has not changed costs nothing',
  ['./pulse index ./handbook --wait', './pulse index pages.jsonl', 'crawl | ./pulse index -'],
)
  .argument(
    '<path>',
    'a folder of Markdown, a Markdown or JSON-lines file, or - for JSON lines on standard input',
  )
  .option('--wait', 'until every document is indexed or failed')
  .action(async (path: string, { stack, wait, json }: InStack & { wait?: true }) => {
    const flags = [...(wait ? ['--wait'] : []), ...(json ? ['--json'] : [])];
    end(
      await inWorker(
        stack,
        ['index', '-', ...flags],
        path === '-' ? {} : { input: pagesOf(resolve(path)) },
      ),
    );
  });
