import { readFileSync } from 'node:fs';

const read = (name: string): string =>
  readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url), 'utf8');

/** Of localhost and 127.0.0.1, by way of an intermediate one that clients do not have. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** What clients trust (test/fixtures/tls/make.sh). */
export const root = read('root');

export const first: ServerCertificate = readServerCertificate('first');
/** Another one for the same names, with a key of its own. */
export const renewed: ServerCertificate = readServerCertificate('renewed');

function readServerCertificate(name: string): ServerCertificate {
  return { certificate: read(`${name}-fullchain`), key: read(`${name}-privkey`) };
}
