import type { VersionContent } from '../documents/version.ts';
import type { KeywordPage } from './words-schema.ts';

/** @returns a version as the keyword index stores it */
export function buildKeywordPage({
  documentId,
  versionId,
  page,
  chunks,
}: VersionContent): KeywordPage {
  const { url, title, language, country, isMobile } = page;
  return {
    id: documentId,
    version: versionId,
    url,
    title,
    domain: new URL(url).hostname,
    language,
    country,
    isMobile,
    chunks,
  };
}
