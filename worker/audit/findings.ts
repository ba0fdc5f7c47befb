import type { ExpectedDocument, Finding, Kind } from './compare.ts';

/** Findings kept to be shown; all are counted. */
const mostShown = 1_000;

/** What an audit has come upon so far. */
export class Findings {
  readonly shown: Finding[] = [];
  readonly counts: Record<Kind, number> = { missing: 0, orphan: 0, duplicate: 0, stale: 0 };

  add(findings: readonly Finding[]): void {
    for (const finding of findings) {
      this.counts[finding.kind] += 1;
      if (this.shown.length < mostShown) this.shown.push(finding);
    }
  }

  get none(): boolean {
    return Object.values(this.counts).every((count) => count === 0);
  }
}

/** Documents by what the other stores have to hold of them. */
export class DocumentTotals {
  documents = 0;
  /** Under way: what the stores hold of them is not yet what it will be. */
  pending = 0;
  /** Failed or cancelled: nothing is promised of them until somebody retries. */
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
