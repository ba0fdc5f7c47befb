import { parseDocument } from '../../worker/documents/document.ts';
import { removeDocument } from '../../worker/indexing/remove-document.ts';
import { submitDocument } from '../../worker/indexing/submit-document.ts';
import type { Services } from '../../worker/services.ts';
import { untilAnswered } from './until-answered.ts';

export type Page = { readonly url: string } & Readonly<Record<string, unknown>>;

/**
 * What a document may be at the end: one of these contents (hashes), or `gone`. More than one while
 * an answer is outstanding or was lost.
 */
export type Acceptable = ReadonlySet<string>;

/**
 * Submits and deletes documents, and remembers for every URL what was acknowledged: the stores are
 * compared with it in the end.
 */
export class Intake {
  readonly #services: Services;
  readonly #documents = new Map<string, Set<string>>();
  /** Changes whose answer was lost: they may have been made, or may be made later. */
  readonly #unanswered = new Map<string, Set<string>>();

  constructor(services: Services) {
    this.#services = services;
  }

  /** By canonical URL. */
  get acknowledged(): ReadonlyMap<string, Acceptable> {
    return this.#documents;
  }

  /**
   * Submits a page until it is acknowledged, as a crawler does.
   *
   * @returns the document's id
   */
  submit(page: Page): Promise<string> {
    return untilAnswered(() => this.submitOnce(page));
  }

  /**
   * @returns the document's id
   * @throws PulseError of kind `away` when Postgres does not take it
   */
  async submitOnce(page: Page): Promise<string> {
    const { url, contentHash } = parseDocument(page);
    return this.#acknowledging(
      url,
      contentHash,
      async () => (await submitDocument(this.#services, page)).documentId,
    );
  }

  /** Deletes a document; asks until that is acknowledged. */
  async remove(url: string, documentId: string): Promise<void> {
    await untilAnswered(() =>
      this.#acknowledging(url, 'gone', () => removeDocument(this.#services, documentId)),
    );
  }

  /** Until the answer arrives, old and new are both right; after a lost answer they stay so. */
  async #acknowledging<T>(url: string, content: string, change: () => Promise<T>): Promise<T> {
    const before = this.#documents.get(url) ?? new Set(['gone']);
    this.#documents.set(url, new Set([...before, content]));
    try {
      const answer = await change();
      this.#documents.set(url, new Set([content, ...(this.#unanswered.get(url) ?? [])]));
      return answer;
    } catch (error) {
      this.#unanswered.set(url, new Set([...(this.#unanswered.get(url) ?? []), content]));
      throw error;
    }
  }
}
