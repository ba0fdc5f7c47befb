import { expect, test, vi } from 'vitest';

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
  [
    search,
    'x --domain https://Bücher.example:443/ --language en-US --country de',
    '--mode hybrid --limit 10 --domain xn--bcher-kva.example --language en --country DE x',
  ],
  [deleteDocuments, '--domain=WWW.Example.org.', '--domain www.example.org'],
  [search, '-', '--mode hybrid --limit 10 -'],
  [search, '-- --limit', '--mode hybrid --limit 10 -- --limit'],
  [search, '--dry-run', '--mode hybrid --limit 10 -- --dry-run'],
  [search, '-- --dry-run', '--mode hybrid --limit 10 -- --dry-run'],
  [search, 'how does --force work', '--mode hybrid --limit 10 -- how does --force work'],
  [search, '--force --limit 3 -rf / --json', '--mode hybrid --limit 3 --json -- --force -rf /'],
  [search, '--limit 3 -- --limit 4 -- x', '--mode hybrid --limit 3 -- --limit 4 -- x'],
  [search, '--foo -- --help', '--mode hybrid --limit 10 -- --foo --help'],
  [search, '-1 --depth=2 ---', '--mode hybrid --limit 10 -- -1 --depth=2 ---'],
  [search, '--mode=keyword -x - y', '--mode keyword --limit 10 -- -x - y'],
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

test('a word that begins with a dash is said to be one, as it may be a misspelt option', async () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    expect(await parse(search, ['vacuum', '--lmit', '3'], 'host')).toMatchObject({
      words: ['vacuum', '--lmit', '3'],
      limit: 10,
    });
    expect(write.mock.calls).toEqual([['--lmit is no option: it is taken as a word.\n']]);
    write.mockClear();
    await parse(search, ['--', '--limit'], 'image');
    expect(write.mock.calls).toEqual([]);
  } finally {
    write.mockRestore();
  }
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
