import type { Document } from './document.ts';

/** Names one version of a document: its content as it came in at one time. */
export interface DocumentVersion {
  readonly documentId: string;
  readonly versionId: number;
}

/** A version as Postgres holds it. */
export interface Version extends DocumentVersion {
  readonly page: Document;
  readonly state: 'pending' | 'indexed' | 'failed' | 'cancelled';
  /** When it could be found by keyword, and when by meaning; null as long as it cannot. */
  readonly keywordAt: Date | null;
  readonly vectorsAt: Date | null;
  /** Why it failed. */
  readonly code: string | null;
  readonly reason: string | null;
}

/** A chunk as Postgres, the keyword index and Qdrant hold it. */
export interface StoredChunk {
  /** Its place in the document, from 0. */
  readonly index: number;
  readonly text: string;
  /** Titles of the sections that it is in, outermost first. */
  readonly headings: readonly string[];
  /** The header row of the table in whose middle it begins; left out elsewhere. */
  readonly prefix?: string | undefined;
  /** By which version of the rules it was cut; left out of those stored before it was recorded. */
  readonly chunker?: number | undefined;
}

/** What the keyword index and Qdrant hold of a version: its text is in its chunks. */
export interface VersionContent extends DocumentVersion {
  readonly page: Omit<Document, 'text'>;
  /** All chunks, in their order. */
  readonly chunks: readonly StoredChunk[];
}

/** A version as the second stage needs it. */
export type ChunkedVersion = Omit<Version, 'page'> & VersionContent;

/** Which server made a version's vectors: the GPU host's TEI, or the local one during an outage. */
export type EmbeddedBy = 'gpu-host' | 'local';
