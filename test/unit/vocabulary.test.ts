import { globSync, readFileSync } from 'node:fs';

import { parseSync } from '@swc/core';
import { describe, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;
const productCode = [
  '{index,settings}.ts',
  '{cli,components,healthchecks,offline,settings,shared,toolchain,worker}/**/*.ts',
];

interface Rule {
  /** The word, or a pattern of it, in lower case with a blank between words. */
  readonly word: string;
  /** What the field and the rest of the code say. */
  readonly instead: string;
  /** Identifiers that keep the word, because a table, a report or a reader relies on it. */
  readonly allowed: readonly string[];
}

const rules: readonly Rule[] = [
  {
    word: 'passages?',
    instead: 'chunk',
    // The table of the keyword index with its statements, and the field of a search result.
    allowed: ['passage', 'passages', 'addPassage', 'clearPassages'],
  },
  {
    word: 'stand ins?',
    instead: 'localVectors',
    // The field of an audit's report.
    allowed: ['standIns', 'formatStandIns'],
  },
  { word: 'rings?', instead: 'enqueue', allowed: [] },
  { word: 'sightings?', instead: 'heartbeat', allowed: [] },
  { word: 'prove[sn]?', instead: 'check or verify', allowed: [] },
  { word: 'mends?', instead: 'repair', allowed: [] },
  { word: 'beside', instead: 'shared or parallel', allowed: [] },
];

/** Lists every identifier of a source text: no word of its strings and comments. */
function listIdentifiers(source: string): string[] {
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, value } = node as { type?: unknown; value?: unknown };
    if ((type === 'Identifier' || type === 'PrivateName') && typeof value === 'string')
      found.push(value);
    for (const part of Object.values(node)) visit(part);
  };
  visit(parseSync(source, { syntax: 'typescript' }));
  return found;
}

/** Writes `readHeartbeats` and `READ_HEARTBEATS` as `read heartbeats`. */
function spellOut(identifier: string): string {
  return identifier
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/[_$]+/g, ' ')
    .toLowerCase();
}

function breaks({ word, allowed }: Rule, identifier: string): boolean {
  return (
    new RegExp(`\\b(?:${word})\\b`).test(spellOut(identifier)) && !allowed.includes(identifier)
  );
}

describe('an identifier of the product', () => {
  const named = productCode
    .flatMap((pattern) => globSync(pattern, { cwd: root, exclude: ['**/node_modules/**'] }))
    .flatMap((path) =>
      listIdentifiers(readFileSync(root + path, 'utf8')).map((name) => ({ path, name })),
    );

  test.each(rules)('uses $instead for "$word"', (rule) => {
    const found = named.filter(({ name }) => breaks(rule, name));
    expect(new Set(found.map(({ path, name }) => `${path}: ${name}`))).toEqual(new Set());
  });

  test('is found wherever it is declared or used, but not in a string or a comment', () => {
    const source = `
      // ring
      import { ring as first } from 'ring';
      interface Found { readonly sightings: number; 'mend': string }
      class Queue { #passage = 'ring'; beside(proven: Found) { return proven.sightings; } }
    `;
    expect(new Set(listIdentifiers(source))).toEqual(
      new Set(['ring', 'first', 'Found', 'sightings', 'Queue', 'passage', 'beside', 'proven']),
    );
  });

  test('breaks a rule by whole words only, in every way of writing them', () => {
    const [passage, standIn, ring] = rules as [Rule, Rule, Rule];
    const broken = (rule: Rule, ...names: string[]) => names.filter((name) => breaks(rule, name));
    expect(broken(passage, 'passage', 'bestPassage', 'PASSAGES_MAX', 'passageway')).toEqual([
      'bestPassage',
      'PASSAGES_MAX',
    ]);
    expect(broken(standIn, 'countStandIns', 'standInside')).toEqual(['countStandIns']);
    expect(broken(ring, 'ringQueue', 'string', 'keyring', 'bring')).toEqual(['ringQueue']);
  });
});
