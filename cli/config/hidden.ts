import type { EnvEntry } from './env-file.ts';
import { parseStoreUrl } from './store-url.ts';

/** Whether a name sounds as if its value was a secret. */
export const isSecretName = (name: string): boolean =>
  /SECRET|PASSW|(PASS|TOKEN|KEY|AUTH|CREDENTIALS?|SALT)$/i.test(name);
/** A shorter text stands in so many words that hiding it would make every message unreadable. */
const leastHidden = 4;

/**
 * Collects what no message may show of a file: the values of names that sound like a secret, also
 * of one within another's value, and the passwords in URLs, as written, decoded, encoded and in
 * capitals; the longest first, so that none is left of one that holds another.
 */
export function secretsIn(entries: readonly EnvEntry[]): string[] {
  const texts = entries.flatMap(({ name, text }) => [
    ...(isSecretName(name) ? [text] : []),
    ...passwordsIn(text),
    ...assignedIn(text),
  ]);
  const forms = (text: string): string[] => [
    text,
    encodeURIComponent(text.toWellFormed()),
    text.toUpperCase(),
  ];
  return [...new Set(texts.flatMap(forms))]
    .filter((text) => text.length >= leastHidden)
    .toSorted((left, right) => right.length - left.length);
}

function passwordsIn(text: string): string[] {
  const written = /^[\w+.-]+:\/\/[^:]*:(.*)@/s.exec(text)?.[1];
  if (written === undefined) return [];
  const url = parseStoreUrl(text);
  return [written, 'problem' in url ? '' : url.password];
}

/** Of a line with several, as in `export A=1 B_KEY=2`, all are a part of the first one's value. */
function assignedIn(text: string): string[] {
  return [...text.matchAll(/([\w.]+)=(\S+)/g)].flatMap(([, name = '', value = '']) =>
    isSecretName(name) ? [value] : [],
  );
}

/**
 * A line of a private key or of base64 that stands in the file without quotes reads like a name. A
 * name is shown when it looks like one of a variable: all capitals or all small, or with a `_`.
 */
export function shownName(name: string): string {
  return /^([A-Z][A-Z0-9.-]*|[a-z][a-z0-9.-]*|[\w.-]*_[\w.-]*)$/.test(name) && name.length <= 64
    ? name
    : '';
}
