import { codes, type Code } from './codes.ts';

export function isCode(text: string): text is Code {
  return Object.hasOwn(codes, text);
}

/** What `./pulse explain <CODE>` prints; undefined for a code that nobody gives. */
export function explain(text: string): string | undefined {
  const code = text.trim().toUpperCase();
  if (!isCode(code)) return undefined;
  const { meaning, tried, check } = codes[code];
  return `${code}\n  means   ${meaning}\n  tried   ${tried}\n  check   ${check}\n`;
}
