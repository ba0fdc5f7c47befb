import { readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

import { parse } from 'yaml';

type Ids = Readonly<Record<string, string>>;

/**
 * What the last update of a stack that succeeded was made of, and which containers it left: a test
 * that begins with the same has nothing to deploy.
 */
export class LastDeployment {
  /** The stack's file and the sources that tests change. */
  readonly #paths: readonly string[];
  #recorded: { readonly texts: ReadonlyMap<string, string>; readonly ids: Ids } | undefined;
  /** A test failed since then: nobody knows how it left the stack. */
  #isInDoubt = false;

  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  record(ids: Ids): void {
    this.#recorded = { texts: this.#read(), ids };
    this.#isInDoubt = false;
  }

  doubt(): void {
    this.#isInDoubt = true;
  }

  /** Takes back every change to the files that was not deployed. */
  restoreFiles(): void {
    for (const [path, text] of this.#recorded?.texts ?? []) writeFileSync(path, text);
  }

  /**
   * Whether the files say what was deployed, and the containers are the same. One that was stopped
   * or taken off its network is not noticed: a test repairs what it harms, or fails.
   *
   * @param ids of the containers that are there now
   */
  isCurrent(ids: Ids): boolean {
    if (this.#isInDoubt || this.#recorded === undefined) return false;
    const { texts } = this.#recorded;
    const isSame = ([path, text]: [string, string]): boolean =>
      isDeepStrictEqual(contentOf(path, text), contentOf(path, texts.get(path) ?? ''));
    return isDeepStrictEqual(ids, this.#recorded.ids) && [...this.#read()].every(isSame);
  }

  #read(): Map<string, string> {
    return new Map(this.#paths.map((path) => [path, readFileSync(path, 'utf8')]));
  }
}

/** A stack's file has the same content in whichever layout it was written. */
function contentOf(path: string, text: string): unknown {
  return path.endsWith('.yaml') ? parse(text) : text;
}
