import { getCACertificates, setDefaultCACertificates } from 'node:tls';

const certificates = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Lets every later connection of this thread trust servers whose certificate these authorities
 * issued, those of fetch, Postgres and Redis alike. All authorities that were trusted before still
 * are, and names and times are checked as ever.
 *
 * @param pem certificates of authorities; undefined, nothing changes
 */
export function trustAuthorities(pem: string | undefined): void {
  const own = pem?.match(certificates) ?? [];
  if (own.length === 0) return;
  setDefaultCACertificates([...new Set([...getCACertificates('default'), ...own])]);
}
