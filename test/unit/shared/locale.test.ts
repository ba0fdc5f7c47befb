import { expect, test } from 'vitest';

import {
  listCountriesFound,
  listLanguagesFound,
  parseCountry,
  parseLanguage,
} from '../../../shared/locale.ts';

test.each([
  ['en', 'en'],
  ['en-US', 'en'],
  ['en_US.UTF-8', 'en'],
  [' DE ', 'de'],
  ['zh-Hant-TW', 'zh'],
  ['eng', 'en'],
  ['de-CH, en', 'de'],
  ['fil', 'fil'],
  ['sr_Latn@latin', 'sr'],
  ['zh-cmn-Hans', 'zh'],
  ['zh-min-nan', 'zh'],
  ['en-GB-oed', 'en'],
  ['jp', 'ja'],
  ['cn', 'zh'],
  ['ua', 'uk'],
  ['cz', 'cs'],
  ['VN', 'vi'],
  ['dk-DK', 'da'],
  ['gr', 'el'],
  ['kr', 'kr'],
  ['ts', 'ts'],
  ['iw', 'he'],
  ['lld', 'lld'],
])('the language of %j is %s', (tag, language) => expect(parseLanguage(tag)).toBe(language));

test.each([
  '',
  'English',
  'und',
  'x',
  '12',
  'e n',
  '-',
  'a-b',
  'english-uk',
  'js',
  'go-lang',
  'py',
  'us',
  'XX',
])('the text %j is not a language', (tag) => expect(parseLanguage(tag)).toBeUndefined());

test('megabytes of subtags are no language', () => {
  expect(parseLanguage(`de${'-de'.repeat(10_000_000)}`)).toBeUndefined();
});

test('a country is kept as two letters in upper case', () => {
  expect(['de', ' US ', 'USA', 'Germany', '1'].map(parseCountry)).toEqual([
    'DE',
    'US',
    undefined,
    undefined,
    undefined,
  ]);
});

test.each([
  ['uk', 'GB', ['GB', 'UK']],
  ['gb', 'GB', ['GB', 'UK']],
  ['EL', 'GR', ['GR', 'EL']],
  ['ua', 'UA', ['UA']],
])('the country %j is %s, and a filter by it finds documents of %j', (code, country, found) => {
  expect(parseCountry(code)).toBe(country);
  expect(listCountriesFound(country)).toEqual(found);
});

test.each([
  ['no', ['no', 'nb', 'nn']],
  ['nb', ['nb', 'no']],
  ['nn', ['nn', 'no']],
  ['sv', ['sv']],
])('a filter by %s finds documents in %j', (language, found) =>
  expect(listLanguagesFound(language)).toEqual(found),
);
