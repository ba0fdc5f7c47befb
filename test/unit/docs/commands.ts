/** Compares a command of the docs with what it calls. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from 'vitest';

import { commands } from '../../../cli/commands.ts';
import { settingRows } from '../../../settings.ts';
import type { Key } from '../../../settings.ts';
import { buildProgram } from '../../../shared/commands/build.ts';
import { root } from '../../harness/docs/blocks.ts';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** By program; one that is not here needs a marker before its block. */
const checks: Readonly<Record<string, (words: readonly string[]) => Promise<void> | void>> = {
  './pulse': parsePulse,
  npm: checkNpm,
  npx: ([tool = '', ...words]) => {
    if (tool.includes('@')) return; // downloaded
    expect(existsSync(join(root, 'node_modules/.bin', tool)), tool).toBe(true);
    for (const word of words.filter((one) => one.startsWith('test/'))) checkFile(word);
  },
  node: async (words) => {
    const [file = '', ...rest] = words.filter((one) => !/^--(?:inspect|disable)/.test(one));
    if (file === '-e') return;
    checkFile(file);
    if (file === 'cli/main.ts') await parsePulse(rest);
  },
  pulumi: checkPulumi,
  curl: (words) => {
    expect(words.some((word) => /^(?:https?:\/\/|\/)/.test(word))).toBe(true);
    const body = words[words.findIndex((word) => word === '-d') + 1];
    if (words.includes('-d') && body?.startsWith('@') !== true)
      expect(() => JSON.parse(body ?? '')).not.toThrow();
  },
  cp: ([from = '']) => {
    if (from.startsWith('docs/')) checkFile(from);
  },
  // docs/migration.md is carried out in test/deploy/moving-in.test.ts.
  ...Object.fromEntries(
    'claude crawl docker echo git go grep head install ls mv openssl rm sed tailscale tr'
      .split(' ')
      .map((name) => [name, () => undefined]),
  ),
};

export async function checkCommand([program = '', ...words]: readonly string[]): Promise<void> {
  const check = checks[program];
  if (check === undefined) throw new Error(`it is not known how to check ${program}`);
  await check(words);
}

function checkFile(file: string): void {
  expect(existsSync(join(root, file)), file).toBe(true);
}

/** As a user would be told: unknown commands, options and values are refused. */
async function parsePulse(words: readonly string[]): Promise<void> {
  const nothing = async (): Promise<void> => undefined;
  const silent = commands.map(({ definition, run }) => ({
    definition,
    run:
      typeof run === 'function'
        ? nothing
        : Object.fromEntries(Object.keys(run).map((verb) => [verb, nothing])),
  }));
  const program = buildProgram('./pulse', '', silent, 'host');
  program.configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  for (const one of program.commands) one.configureOutput(program.configureOutput());
  await program.parseAsync(words, { from: 'user' });
}

function checkNpm([verb = '', script = '', ...words]: readonly string[]): void {
  if (verb !== 'run') {
    expect(['ci', 'install']).toContain(verb);
    return;
  }
  expect(Object.keys(scripts)).toContain(script);
  const file = /(\S+\.ts)\b/.exec(scripts[script] ?? '')?.[1];
  for (const word of words.filter((one) => /^--\w/.test(one)))
    expect(read(file ?? 'package.json'), `${script} ${word}`).toContain(word);
}

const pulumiCommands = 'cancel config destroy login package plugin preview refresh stack up'.split(
  ' ',
);

function checkPulumi(words: readonly string[]): void {
  const [first = '', second = '', ...rest] = words.filter(
    (word, index) => !word.startsWith('--') && !/^--(?:stack|file)$/.test(words[index - 1] ?? ''),
  );
  if (first === 'config' && second !== '') {
    const [name = '', value] = rest;
    if (name === '') return;
    const [, key] = /^pulse:(\w+)$/.exec(name) ?? [];
    expect(Object.keys(settingRows)).toContain(key);
    const { kind } = settingRows[key as Key];
    if (second === 'set' && value !== undefined && !kind.isSecret)
      expect(kind.parse(value), `${name} ${value}`).toHaveProperty('value');
    return;
  }
  if (first === 'stack' && second === 'output' && rest[0] !== undefined)
    expect(read('index.ts')).toMatch(new RegExp(String.raw`^export const .*\b${rest[0]}\b`, 'm'));
  expect(pulumiCommands).toContain(first);
}
