import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { parseEnvFile } from '../../../../cli/config/env-file.ts';

interface Example {
  readonly file: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly refused?: boolean;
}

const fixture = join(import.meta.dirname, '../../../fixtures/compose-dotenv/cases.json');
const examples = JSON.parse(readFileSync(fixture, 'utf8')) as readonly Example[];
const valuesOf = (file: string) =>
  Object.fromEntries(parseEnvFile(file).entries.map(({ name, text }) => [name, text]));
const faultsOf = (file: string) =>
  parseEnvFile(file).faults.map(({ line, name, problem }) => `${line} ${name}: ${problem}`);

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a .env is read as Docker Compose reads it', () => {
  test.each(examples.filter(({ refused }) => refused !== true))(
    '$file gives the same values',
    ({ file, values = {} }) => {
      const { '': nameless, ...named } = values;
      expect(valuesOf(file)).toEqual(named);
      if (nameless !== undefined) expect(faultsOf(file)).toHaveLength(1);
    },
  );

  test.each(examples.filter(({ refused }) => refused))(
    '$file, which Compose refuses, has a fault',
    ({ file }) => {
      expect(faultsOf(file)).not.toEqual([]);
    },
  );

  test("with variables from the file alone, never from the caller's environment", () => {
    vi.stubEnv('GPU_HOST', '10.9.9.9');
    vi.stubEnv('TOKEN_OF_CALLER', 'callers-own');
    const { entries } = parseEnvFile('URL=http://${GPU_HOST}:52000\nTOKEN_OF_CALLER\nA=${HOME}');
    expect(entries).toEqual([
      { name: 'URL', text: 'http://:52000', line: 1, missing: ['GPU_HOST'], uses: [] },
      { name: 'A', text: '', line: 3, missing: ['HOME'], uses: [] },
    ]);
  });
});

describe('a line of a .env that cannot be read', () => {
  test.each([
    ['A=1\nWEBHOOK_SECRET\nB=2', [/^2 : is no NAME=value/]],
    ['A=1\nMY KEY=hunter2\nB=2', [/^2 : has a blank within its name/]],
    ['A=1\n=hunter2\nB=2', [/^2 : has no name/]],
    ['A=1\nC="hunter2\nB=2', [/^2 C: begins with a quote that no other one ends/]],
    ['A=1\nC=${HUNTER:?hunter2}\nB=2', [/^2 C: needs HUNTER/]],
    ['A=1\nC="${hunter2" D=3\nB=2', [/^2 C: has a \$\{ that Compose cannot read/]],
    ['A=1\nhttps://hunter2@host\nB=2', []],
    ['A=1\n- C=hunter2\nB=2', [/^2 : is no NAME=value|^2 : has a blank/]],
    ["A=1\nC='x' hunter2\nB=2", [/^2 : has text behind a closing quote/]],
    ['A=1\nC="x"; export D=hunter2\nB=2', [/^2 : has text behind a closing quote/]],
    ['A=1\nC="x\ny" (hunter2)\nhunter2\nB=2', [/^3 : has text behind/, /^4 : is no NAME=value/]],
    ['A=1\nC="x" hunter 2: y\nB=2', [/^2 : has text behind a closing quote/]],
    ['A=1\r\n?\r\nB=2\r\n!\r\n', [/^2 : is no/, /^4 : is no/]],
  ])('is reported with its number and not quoted, and the others are read: %j', (file, faults) => {
    const found = faultsOf(file);
    expect(found).toHaveLength(faults.length);
    for (const [index, fault] of faults.entries()) expect(found[index]).toMatch(fault);
    expect(found.join()).not.toContain('hunter2');
    expect(valuesOf(file)).toMatchObject({ A: '1', B: '2' });
  });

  test('within quotes of several lines is none, and lines are counted through them', () => {
    const { entries, faults } = parseEnvFile('A="one\n= two\n#three"\n\nB=2\nC');
    expect(entries.map(({ name, line }) => [name, line])).toEqual([
      ['A', 1],
      ['B', 5],
    ]);
    expect(faults.map(({ line }) => line)).toEqual([6]);
  });

  test('is every one that holds something and is not read, whatever the lines are', () => {
    const text = fc.stringMatching(/^[A-Za-z0-9 _.:/@%$#=?!-]{0,24}$/);
    const line = fc.oneof(
      text,
      text.map((value) => `NAME=${value}`),
      text.map((value) => `NAME='${value}'`),
      text.map((value) => `# ${value}`),
      fc.constantFrom('', 'A=${B', 'A=${B:?c}', '\tA = "x" ', 'export A', 'export A=1', 'A B=1'),
    );
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom('\n', '\r\n'), (lines, end) => {
        const { entries, faults } = parseEnvFile(lines.join(end));
        const told = new Set([...entries, ...faults].map((one) => one.line));
        const holding = lines.flatMap((one, index) => (/^\s*(#|$)/.test(one) ? [] : [index + 1]));
        expect([...told].toSorted((left, right) => left - right)).toEqual(holding);
      }),
    );
  });

  test('that would grow without end, or nests without end, is refused', () => {
    const doubling = Array.from(
      { length: 40 },
      (_, index) => `A${index + 1}=\${A${index}}\${A${index}}`,
    );
    expect(faultsOf(`A0=0123456789\n${doubling.join('\n')}`)[0]).toMatch(/is longer than 65536/);
    const nested = '${A:-'.repeat(60) + '}'.repeat(60);
    expect(faultsOf(`B=${nested}`)).toEqual(['1 B: nests more than 50 variables']);
  });
});
