import { codes } from './codes.ts';
import type { Code } from './codes.ts';
import type { Explanation } from './codes/explanation.ts';

export function isCode(text: string): text is Code {
  return Object.hasOwn(codes, text);
}

/** The catalogue, sorted by code. */
export function listCodes(): ({ readonly code: Code } & Explanation)[] {
  return (Object.keys(codes) as Code[]).sort().map((code) => ({ code, ...codes[code] }));
}

/** What `./pulse explain <CODE>` prints; undefined for a text that is no code of the catalogue. */
export function explain(text: string): string | undefined {
  const code = text.trim().toUpperCase();
  if (!isCode(code)) return undefined;
  const { meaning, tried, check } = codes[code];
  return `${code}\n  means   ${meaning}\n  tried   ${tried}\n  check   ${check}\n`;
}

/** The text of docs/codes.md. */
export function formatCodesPage(): string {
  const sections = listCodes().map(
    ({ code, meaning, tried, check }) =>
      `## ${code}\n\n${meaning}\n\n- Tried: ${tried}\n- Check: ${check}\n`,
  );
  return [
    '# Codes\n',
    'The codes in logs, `./pulse verify`, `./pulse queue list` and alerts.',
    'This page is written by `npm run codes`.\n',
    ...sections,
  ].join('\n');
}
