import { expect, test } from 'vitest';

import { buildProgram } from '../../../../shared/commands/build.ts';
import type { Input } from '../../../../shared/commands/build.ts';
import type { CommandDefinition, Side } from '../../../../shared/commands/definition.ts';
import { deleteDocuments } from '../../../../shared/commands/delete.ts';
import { formatArguments } from '../../../../shared/commands/format-arguments.ts';
import { indexDocuments } from '../../../../shared/commands/index-documents.ts';
import { retention } from '../../../../shared/commands/retention.ts';
import { search } from '../../../../shared/commands/search.ts';
import { verify } from '../../../../shared/commands/verify.ts';

async function parse(
  definition: CommandDefinition,
  words: readonly string[],
  side: Side,
): Promise<Input> {
  let parsed: Input = {};
  const run = async (input: Input): Promise<void> => {
    parsed = input;
  };
  await buildProgram('pulse', '', [{ definition, run }], side).parseAsync(
    [definition.name, ...words],
    { from: 'user' },
  );
  return parsed;
}

test.each([
  [search, 'rotate passwords --stack prod', '--mode hybrid --limit 10 rotate passwords'],
  [search, '--json x --mode=keyword --limit 3', '--mode keyword --limit 3 --json x'],
  [
    search,
    'x --no-mobile --domain a.example',
    '--mode hybrid --limit 10 --domain a.example --no-mobile x',
  ],
  [search, '-', '--mode hybrid --limit 10 -'],
  [search, '-- --limit', '--mode hybrid --limit 10 -- --limit'],
  [retention, '--versions 3 --runs-for 30d --yes', '--versions 3 --runs-for 30 --yes'],
  [deleteDocuments, '--all --no-wait', '--all --no-wait'],
  [deleteDocuments, 'https://a.example/1 --json', '--json https://a.example/1'],
] as const)('%o %s is handed to a worker as %s', async (definition, typed, forwarded) => {
  const input = await parse(definition, typed.split(' '), 'host');
  const words = formatArguments(definition, input);
  expect(words).toEqual(forwarded.split(' '));
  const { stack: _, ...known } = input;
  expect(await parse(definition, words, 'image')).toMatchObject(known);
});

test('what only the command line of the image knows is handed to it as well', () => {
  expect(formatArguments(verify, { replicas: 0, canary: false, report: true })).toEqual([
    '--report',
    '--replicas',
    '0',
    '--no-canary',
  ]);
});

test('an option that is a list is taken as often as it is given, and stays on the host', async () => {
  const input = await parse(
    indexDocuments,
    ['folder', '--exclude', 'drafts/', '--prune', '--exclude', '*.old.md'],
    'host',
  );
  expect(input['exclude']).toEqual(['drafts/', '*.old.md']);
  const args = formatArguments(indexDocuments, { ...input, path: '-', folder: 'handbook' });
  expect(args).toEqual(['--prune', '--folder', 'handbook', '-']);
  const list = { options: [{ flags: '--word <w>', help: '', kind: 'list' }] } as const;
  expect(formatArguments(list, { word: ['a', 'b'] })).toEqual(['--word', 'a', '--word', 'b']);
});
