import { comparePairs } from '../comparison.ts';
import type { Comparison, Pair, Sides } from '../comparison.ts';
import type { Report, Row } from '../row.ts';
import { removeStacks } from './leftovers.ts';
import { runBenchmark } from './run.ts';
import { openTree, resolveCommit } from './tree.ts';

interface Question {
  /** This tree. */
  readonly root: string;
  readonly what: string;
  readonly revision: string;
  readonly pairs: number;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/**
 * Runs a benchmark of another revision and of this tree in turn; every other pair begins with this
 * tree, so that what a machine does with time favours neither.
 */
export async function compareWithRevision({
  root,
  what,
  revision,
  pairs,
  report,
  signal,
}: Question): Promise<{ comparison: Comparison; sides: Sides }> {
  const commit = await resolveCommit(root, revision);
  const sides: Sides = { own: 'this tree', other: commit.slice(0, 12) };
  await using tree = await openTree(root, commit, report);
  await using _stacks = {
    [Symbol.asyncDispose]: () => removeStacks(tree.scratch, report),
  };
  const folders = { own: root, other: tree.folder };
  const measured: Pair[] = [];
  for (let pair = 1; pair <= pairs; pair += 1) {
    const rows: { own: readonly Row[]; other: readonly Row[] } = { own: [], other: [] };
    for (const side of orderOf(pair)) {
      const title = `pair ${pair} of ${pairs}, ${sides[side]}`;
      report(title);
      rows[side] = await runBenchmark({
        what,
        folder: folders[side],
        scratch: tree.scratch,
        report: (line) => report(`${title}: ${line}`),
        signal,
      });
    }
    measured.push(rows);
  }
  return { comparison: comparePairs(measured), sides };
}

/** A B, B A, A B, … */
export function orderOf(pair: number): readonly ('own' | 'other')[] {
  return pair % 2 === 1 ? ['other', 'own'] : ['own', 'other'];
}
