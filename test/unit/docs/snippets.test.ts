import { CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';

import { blocks, spans } from './blocks.ts';
import { checkCommand } from './commands.ts';
import { recordCommands } from './shell.ts';

const run = blocks.filter(({ marker }) => marker === undefined);
const ofShell = run.filter(({ language }) => /^(?:sh|bash|console)$/.test(language));

test.each(run)('$place is of a language that a test reads', ({ language }) =>
  expect(['sh', 'bash', 'console', 'json', 'yaml']).toContain(language),
);

test.each(ofShell)('$place: every command is one that there is', async ({ text }) => {
  for (const command of recordCommands(text)) await checkCommand(command);
});

test.each(run.filter(({ language }) => language === 'json'))('$place is JSON', ({ text }) => {
  // A part of an answer may stand without what is around it.
  const whole = /^\s*[{[]/.test(text) ? text : `{${text}}`;
  expect(() => JSON.parse(whole)).not.toThrow();
});

test.each(run.filter(({ language }) => language === 'yaml'))('$place is YAML', ({ text }) =>
  expect(parseAllDocuments(text).flatMap(({ errors }) => errors)).toEqual([]),
);

test.each(blocks.filter(({ marker }) => marker !== undefined))(
  '$place says why no test runs it',
  ({ marker }) => expect(marker).toMatch(/\w+ \w+/),
);

/** A command may be named without all that it takes, or with its help. */
const named = ['commander.missingArgument', 'commander.help', 'commander.helpDisplayed'];

test.each(spans)('$place names a command that there is: $text', async ({ text }) => {
  const line = text.replaceAll(/\[([^|\\\]]*)[^\]]*\]/g, '$1').replace(/ \.\.\.$|…/, '');
  for (const command of recordCommands(line))
    await checkCommand(command).catch((error: unknown) => {
      if (!(error instanceof CommanderError) || !named.includes(error.code)) throw error;
    });
});

test('every command of a text is seen, also those in pipes, substitutions and conditions', () => {
  const text =
    'key="$(./pulse api key)" && curl -d \'{"a": 1}\' "x y" | tee z\n! grep <id> && cp a b';
  expect(recordCommands(text)).toEqual(
    expect.arrayContaining([
      ['./pulse', 'api', 'key'],
      ['curl', '-d', '{"a": 1}', 'x y'],
      ['tee', 'z'],
      ['cp', 'a', 'b'],
    ]),
  );
});

test.each(['./pulse audit --fix', 'npm run tests', 'pulumi config set pulse:workers 3', 'frob a'])(
  'what there is not is found: %s',
  async (line) => {
    const [command = []] = recordCommands(line);
    await expect(checkCommand(command)).rejects.toThrow(/./);
  },
);
