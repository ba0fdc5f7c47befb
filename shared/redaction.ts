/** The names of fields that hold secrets. `key` has to be at the end: `keywordDir` is no secret. */
const secretName = /key$|secret|password|token$/i;
/** A shorter text stands in so many words that hiding it would garble every line. */
const leastHidden = 3;
/** `user:password`; it is sent in base64. */
const loginName = /login$/i;

/**
 * Makes `postgresql://user@host:5432/db` of `postgresql://user:pw@host:5432/db?sslpassword=x`. A
 * text that is not a URL is not shown, because it may be a password.
 */
export function hidePassword(url: string): string {
  if (!URL.canParse(url)) return '(not a URL)';
  const shown = new URL(url);
  shown.password = '';
  shown.search = '';
  shown.hash = '';
  return shown.href.replace(/\/$/, '');
}

/**
 * Hides in a text that a person wrote, and that may be no URL at all, what stands before its last
 * `@` and in its query: `http://u:pw@host/?key=x` becomes `http://***@host/?***`. With an `@`
 * behind a `?` the one is part of a password, or the other of a query, and nothing is shown. The
 * `@` of an image's digest has nothing before it to hide.
 */
export function hideCredentials(text: string): string {
  const [scheme] = /^[\w+.-]+:\/\//.exec(text) ?? [];
  if (scheme === undefined)
    return /^[^/@]+:.+@/s.test(text) ? text.replace(/^.*@(?!sha256:)/s, '***@') : text;
  const start = text.lastIndexOf('@') + 1;
  if (text.slice(0, start).includes('?')) return `${scheme}***`;
  const address = text.slice(start || scheme.length).replace(/\?.*$/s, '?***');
  return `${scheme}${start === 0 ? '' : '***@'}${address}`;
}

/**
 * Collects the secrets among a target's own fields: passwords in URLs, as written and decoded, and
 * fields that are named like a secret; also as they stand in JSON. The longest come first, so that
 * none is left of one that holds another.
 */
export function collectSecrets(target: unknown): readonly string[] {
  if (typeof target !== 'object' || target === null) return [];
  const secrets = Object.entries(target).flatMap(([name, value]) => {
    if (typeof value !== 'string') return [];
    if (secretName.test(name)) return [value];
    if (loginName.test(name)) return loginSecrets(value);
    const password = URL.canParse(value) ? new URL(value).password : '';
    return [password, decode(password)];
  });
  const written = secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  return [...new Set(written)]
    .filter((secret) => secret.length >= leastHidden)
    .toSorted((one, other) => other.length - one.length);
}

function loginSecrets(login: string): string[] {
  const password = login.slice(login.indexOf(':') + 1);
  return [login, Buffer.from(login, 'utf8').toString('base64'), password];
}

/** Replaces every secret in a text by `***`; an error may quote the address it was given. */
export function redact(secrets: readonly string[], text: string): string {
  return secrets.reduce((redacted, secret) => redacted.replaceAll(secret, '***'), text);
}

/** A password may contain a `%` that begins no escape; then it is returned as written. */
function decode(password: string): string {
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}
