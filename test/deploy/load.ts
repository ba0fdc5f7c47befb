import { setTimeout as pause } from 'node:timers/promises';

import { eventually } from '../harness/eventually.ts';
import type { Project } from './project.ts';

const pagesAtOnce = 10;
/** A crawler fetches in between. Without it the commands that send take a processor for themselves. */
const pauseMs = 1_000;

/**
 * Sends pages all the time while something else happens; every acknowledged page has to be there
 * afterwards.
 */
export class Load implements AsyncDisposable {
  readonly #project: Project;
  readonly #run: Promise<void>;
  #stopped = false;
  #acknowledged = 0;
  /** The last pages, where no answer came: they may be stored or not. */
  #unanswered: readonly object[] | undefined;

  constructor(project: Project, name: string) {
    this.#project = project;
    this.#run = this.#feed(name);
  }

  async #feed(name: string): Promise<void> {
    for (let batch = 0; !this.#stopped;) {
      const pages = Array.from({ length: pagesAtOnce }, (_, page) => ({
        url: `https://load.example.org/${name}/${batch}/${page}`,
        title: `Page ${page} of ${batch}`,
        markdown: `Page ${page} of batch ${batch}, ${name}.\n\n`.repeat(40),
      }));
      // The worker that takes them in may be the one that is replaced. What is not answered is sent
      // again, as a crawler would do.
      if (await this.#send(pages)) batch += 1;
      await pause(pauseMs);
    }
  }

  /** @returns whether they were acknowledged */
  async #send(pages: readonly object[]): Promise<boolean> {
    const { code } = await this.#project.index(pages, '--json');
    this.#unanswered = code === 0 ? undefined : pages;
    if (code === 0) this.#acknowledged += pages.length;
    return code === 0;
  }

  /**
   * Ends the load when all that was sent is acknowledged.
   *
   * @returns how many pages were
   */
  async stop(): Promise<number> {
    await this[Symbol.asyncDispose]();
    const pages = this.#unanswered;
    if (pages !== undefined)
      await eventually('an answer to the last pages', () => this.#send(pages));
    return this.#acknowledged;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    await this.#run;
  }
}
