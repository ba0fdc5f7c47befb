import { CommanderError } from 'commander';
import { expect, test } from 'vitest';

import { commands } from '../../../../cli/commands.ts';
import { buildProgram } from '../../../../shared/commands/build.ts';
import type { SubcommandDefinition } from '../../../../shared/commands/definition.ts';
import { queue } from '../../../../shared/commands/queue.ts';

interface Described {
  readonly path: string[];
  readonly definition: SubcommandDefinition;
}

const described: Described[] = commands.flatMap(({ definition }) => [
  { path: [definition.name], definition },
  ...Object.entries(definition.subcommands ?? {}).map(([verb, subcommand]) => ({
    path: [definition.name, verb],
    definition: subcommand,
  })),
]);

function helpOf(path: readonly string[]): string {
  let command = buildProgram('./pulse', '', commands, 'host');
  for (const name of path) command = command.commands.find((one) => one.name() === name)!;
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  return help.replaceAll(/\s+/g, ' ');
}

test.each(described)(
  './pulse $path --help shows every argument and option',
  ({ path, definition }) => {
    const help = helpOf(path);
    expect(help).toContain(definition.summary);
    for (const { usage, help: text } of definition.arguments ?? []) {
      expect(help).toContain(usage);
      expect(help).toContain(text);
    }
    for (const { flags, help: text, only } of definition.options ?? []) {
      if (only === 'image') expect(help).not.toContain(flags);
      else expect(help).toContain(`${flags} ${text}`);
    }
    for (const example of definition.examples ?? []) expect(help).toContain(example);
  },
);

test.each(described)('./pulse $path is described in the style of the others', ({ definition }) => {
  const texts = [
    definition.summary,
    ...(definition.arguments ?? []).map(({ help }) => help),
    ...(definition.options ?? []).map(({ help }) => help),
  ];
  for (const text of texts) expect(text).toMatch(/^[^A-Z].*[^.]$/);
});

test.each(described)(
  'the examples of ./pulse $path are command lines of it',
  async ({ path, definition }) => {
    for (const example of definition.examples ?? []) {
      expect(example).toMatch(/\.\/pulse [a-z]/);
      const [, line = ''] = /\.\/pulse ([^<&)]*)/.exec(example) ?? [];
      const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(
        ([, quoted, bare]) => quoted ?? bare!,
      );
      const ran: string[][] = [];
      const silent = commands.map(({ definition: one, run }) => ({
        definition: one,
        run:
          typeof run === 'function'
            ? async () => void ran.push([one.name])
            : Object.fromEntries(
                Object.keys(run).map((verb) => [verb, async () => void ran.push([one.name, verb])]),
              ),
      }));
      await buildProgram('./pulse', '', silent, 'host').parseAsync(words, { from: 'user' });
      expect(ran).toEqual([path]);
    }
  },
);

test.each([
  ['search'],
  ['search words --mode loud'],
  ['search words --limit 0'],
  ['search words --limit 201'],
  ['queue list lost'],
  ['queue list --limit many'],
  ['queue counts --limit 3'],
  ['queue cancel'],
  ['keywords'],
  ['audit now'],
  ['retention --versions-for soon'],
  ['delete --count'],
  ['verify --no-canary'],
])('./pulse %s is refused before a worker is asked', async (line) => {
  const program = buildProgram('./pulse', '', commands, 'host');
  const refused = program.parseAsync(line.split(' '), { from: 'user' });
  await expect(refused).rejects.toThrow(CommanderError);
});

test.each([['queue --stack prod why --json'], ['queue why --json --stack prod']])(
  './pulse %s takes options of the group before and after the subcommand',
  async (line) => {
    const inputs: unknown[] = [];
    const run = { why: async (input: unknown) => void inputs.push(input) };
    const definition = { ...queue, subcommands: { why: queue.subcommands.why } };
    await buildProgram('./pulse', '', [{ definition, run }], 'host').parseAsync(line.split(' '), {
      from: 'user',
    });
    expect(inputs).toEqual([{ stack: 'prod', json: true }]);
  },
);
