import type { ExpectedDocument, Finding, Kind } from './compare.ts';

/** Most findings that are listed. All of them are counted. */
const maxListed = 1_000;

/** What an audit has found so far. */
export class Findings {
  readonly shown: Finding[] = [];
  readonly counts: Record<Kind, number> = { missing: 0, orphan: 0, duplicate: 0, stale: 0 };

  add(findings: readonly Finding[]): void {
    for (const finding of findings) {
      this.counts[finding.kind] += 1;
      if (this.shown.length < maxListed) this.shown.push(finding);
    }
  }

  get isEmpty(): boolean {
    return Object.values(this.counts).every((count) => count === 0);
  }
}

/** Counts documents by what the other stores must have of them. */
export class DocumentTotals {
  documents = 0;
  /** Not indexed yet: the other stores may have any part of them. */
  pending = 0;
  /** Failed or cancelled: the other stores may have any part of them until they are retried. */
  failed = 0;
  chunks = 0;

  add(documents: readonly ExpectedDocument[]): void {
    this.documents += documents.length;
    for (const { state, chunks } of documents) {
      this.chunks += chunks;
      if (state === 'pending') this.pending += 1;
      else if (state !== 'indexed') this.failed += 1;
    }
  }
}
