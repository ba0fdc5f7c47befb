import type { LeftOutKind } from '../../shared/folder-lines.ts';

/** How many paths of a kind are told. */
const maxExamples = 3;

/** Counts what was left out of a folder, by kind. */
export class LeftOut {
  readonly #kinds = new Map<string, { count: number; paths: string[]; isNamed: boolean }>();

  /** @param isNamed each one of its kind is told, not only the first */
  add(kind: string, path: string, count = 1, isNamed = false): void {
    const known = this.#kinds.get(kind) ?? { count: 0, paths: [], isNamed };
    known.count += count;
    if (isNamed || known.paths.length < maxExamples) known.paths.push(path);
    this.#kinds.set(kind, known);
  }

  /** Those of which each one is told, then the most frequent first. */
  list(): LeftOutKind[] {
    return [...this.#kinds]
      .sort(
        ([, one], [, other]) =>
          Number(other.isNamed) - Number(one.isNamed) || other.count - one.count,
      )
      .map(([kind, { count, paths }]) => ({ kind, count, paths }));
  }
}
