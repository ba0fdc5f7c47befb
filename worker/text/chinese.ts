import hongKong from 'opencc-js/dict/HKVariantsRev';
import japanese from 'opencc-js/dict/JPShinjitaiCharacters';
import traditional from 'opencc-js/dict/TSCharacters';
import taiwan from 'opencc-js/dict/TWVariantsRev';

/** Pairs of an OpenCC table; of several characters for one, the most frequent. */
const readTable = (table: string): [from: string, to: string][] =>
  table.split('|').map((entry) => {
    const [from = '', to = ''] = entry.split(' ');
    return [from, to];
  });

/** Variants in Japanese names, and characters that China and Taiwan prefer, which no table has. */
const variants: readonly [string, string][] = [
  ['暱', '昵'],
  ['谘', '咨'],
  ['迳', '径'],
  ['钜', '巨'],
  ['锺', '钟'],
  ['馀', '余'],
  ['髙', '高'],
  ['﨑', '崎'],
  ['嵜', '崎'],
  ['邉', '邊'],
  ['嶋', '島'],
  ['嶌', '島'],
  ['冨', '富'],
  ['峯', '峰'],
  ['舘', '館'],
  ['𠮷', '吉'],
  ['栁', '柳'],
  ['濵', '濱'],
];

const simplified = new Map(readTable(traditional));
// The table leads from 薴 to 苧, and from there to 苎.
const simplifyOnce = (character: string): string => {
  const first = simplified.get(character) ?? character;
  return simplified.get(first) ?? first;
};
for (const [variant, character] of variants) simplified.set(variant, simplifyOnce(character));
// Japan writes 広 and 沢 for 廣 and 澤, China 广 and 泽: all three become one.
for (const [modern, old] of readTable(japanese))
  if (!simplified.has(modern)) simplified.set(modern, simplifyOnce(old));

// Hong Kong writes 衞, China 卫; Taiwan 著, China 着. A character that others lead to is no variant.
const isForm = new Set(simplified.values());
for (const [variant, character] of [...readTable(hongKong), ...readTable(taiwan)])
  if (!simplified.has(variant) && !isForm.has(variant))
    simplified.set(variant, simplifyOnce(character));

/** @returns a text with one form, mostly the simplified one, of each Chinese character */
export function simplify(text: string): string {
  return text.replaceAll(/\p{sc=Han}/gu, simplifyOnce);
}
