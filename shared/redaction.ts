/** A `keywordDir` is none. */
const secretName = /key$|secret|password|token$/i;

/**
 * `postgresql://user:pw@host:5432/db?sslpassword=x` -> `postgresql://user@host:5432/db`. What is no
 * URL is not shown: it may be a password.
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
 * Every secret among a target's own fields: passwords inside URLs (as written and as meant) and
 * fields named like one.
 */
export function collectSecrets(target: unknown): readonly string[] {
  if (typeof target !== 'object' || target === null) return [];
  const secrets = Object.entries(target).flatMap(([name, value]) => {
    if (typeof value !== 'string') return [];
    if (secretName.test(name)) return [value];
    const password = URL.canParse(value) ? new URL(value).password : '';
    return [password, decoded(password)];
  });
  return secrets.filter((secret) => secret !== '');
}

/** An error may quote what it was given; no secret leaves in one. */
export function redact(secrets: readonly string[], text: string): string {
  return secrets.reduce((cleaned, secret) => cleaned.replaceAll(secret, '***'), text);
}

/** A stray `%` is legal in a password and no escape: then the text as written is all there is. */
function decoded(password: string): string {
  try {
    return decodeURIComponent(password);
  } catch {
    return password;
  }
}
