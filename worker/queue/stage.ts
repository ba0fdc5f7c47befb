import type { DocumentVersion } from '../documents/version.ts';

/** What a stage has to do for a document. */
export interface StageWork {
  /** The version it works on. Undefined when the document is gone, or nothing is to be done. */
  readonly version?: DocumentVersion;
  /**
   * Does the work.
   *
   * @param signal stops it; it then throws the signal's reason
   */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * A stage of indexing: finds out what is to be done for a document. A failure of the work can then
 * be recorded against the version that was worked on.
 */
export type Stage = (documentId: string) => Promise<StageWork>;

/** For a document that needs nothing. */
export const noWork: StageWork = { run: () => Promise.resolve() };
