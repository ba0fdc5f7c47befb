import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';

import { blocks, read, root, spans } from '../../harness/docs/blocks.ts';
import type { Snippet } from '../../harness/docs/blocks.ts';
import { markOf, splitStatements } from '../../harness/docs/marks.ts';
import { isShell, listScripts, runner } from '../../harness/docs/scripts.ts';
import { checkCommand } from './commands.ts';
import { recordCommands } from './shell.ts';

const ofLanguage = (name: string) => blocks.filter(({ language }) => language === name);

test.each(blocks.filter(isShell))(
  '$place: every command is one that there is',
  async ({ text }) => {
    for (const command of recordCommands(text)) await checkCommand(command);
  },
);

test.each(ofLanguage('json'))('$place is JSON', ({ text }) => {
  // A part of an answer may stand without what is around it.
  const whole = /^\s*[{[]/.test(text) ? text : `{${text}}`;
  expect(() => JSON.parse(whole)).not.toThrow();
});

test.each(ofLanguage('yaml'))('$place is YAML', ({ text }) =>
  expect(parseAllDocuments(text).flatMap(({ errors }) => errors)).toEqual([]),
);

describe('every block is run by a test, or says why not', () => {
  const others = blocks.filter((block) => block.language !== '' && !isShell(block));

  test(`what is typed and has no mark is run by ${runner}`, () => {
    expect(existsSync(join(root, runner))).toBe(true);
    expect(read(runner)).toContain('listScripts()');
    expect(listScripts().length).toBeGreaterThan(100);
  });

  test.each(others)('$place, which is not typed, has a mark', ({ marks }) =>
    expect(marks.filter(({ lines }) => lines.length === 0)).toHaveLength(1),
  );

  test('a block without a language has nothing to type', () => {
    const typed = ofLanguage('').filter(({ text }) =>
      /^(?:\.\/pulse|npm|npx|pulumi|docker|curl|git) [^─►]*$/m.test(text),
    );
    expect(typed.map(({ place }) => place)).toEqual([]);
  });

  test.each(blocks.filter(({ marks }) => marks.length > 0))(
    'the marks of $place are about what stands there, and are true',
    (block) => {
      const statements = isShell(block) ? splitStatements(block.text) : [];
      for (const mark of block.marks) {
        const { lines, reason, test: named } = mark;
        const about = statements.filter((one) => markOf(one, block) === mark);
        if (lines.length > 0) expect(about, lines.join()).not.toEqual([]);
        if (named === undefined) expect(reason).toMatch(/\w+ \w+/);
        else expect(findMissing(named, block, about), named).toEqual([]);
      }
    },
  );
});

/** @returns the commands that a test does not hold */
function findMissing(name: string, { page }: Snippet, statements: readonly string[]): string[] {
  if (!existsSync(join(root, name))) return [`there is no ${name}`];
  const source = read(name);
  // It takes them from the page itself.
  if (name === runner || source.includes(page)) return [];
  return statements.filter((one) => one.startsWith('./pulse ') && !holds(source, one));
}

/** Whether a test calls a command with the same options: `project.pulse('down', '--data')`. */
function holds(source: string, statement: string): boolean {
  const [, name = '', ...words] = statement.split(/\s+/);
  const verb = /^[a-z]+$/.test(words[0] ?? '') ? `', '${words[0]}` : '';
  const flags = words.filter((one) => /^--(?!stack$|json$|yes$)/.test(one));
  const method = new RegExp(`\\.${name.replace('-', '')}\\(`, 'i');
  const isCalled = source.includes(`'${name}${verb}'`) || method.test(source);
  return isCalled && flags.every((flag) => source.includes(`'${flag}'`));
}

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
