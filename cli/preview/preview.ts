import { root } from '../paths.ts';
import { captureResult } from '../process.ts';
import { deployedStacks } from '../stacks.ts';
import { listChanges, listProblems } from './changes.ts';
import type { Change, PulumiPreview } from './changes.ts';
import { createThrowAwayProject } from './throw-away.ts';

export interface StackPreview {
  readonly stack: string;
  readonly ok: boolean;
  /**
   * `state`: what an update would change. `nothing`: the plan of a new stack, because its state or
   * passphrase is not at hand.
   */
  readonly against: 'state' | 'nothing';
  readonly why: string | null;
  readonly changes: readonly Change[];
  readonly problems: readonly string[];
}

/**
 * Previews a stack against its own state where that can be opened, else as if nothing were deployed
 * yet. Neither asks an engine.
 */
export async function previewStack(stack: string): Promise<StackPreview> {
  const deployed = (await deployedStacks()).includes(stack);
  const real = deployed ? await ask(stack, root, {}) : undefined;
  if (real !== undefined && !isLocked(real.problems))
    return { stack, against: 'state', why: null, ...real };
  using place = await createThrowAwayProject(stack);
  const why = deployed
    ? 'the passphrase of its state is not at hand'
    : 'this backend holds no state of it';
  return { stack, against: 'nothing', why, ...(await ask(stack, place.folder, place.env)) };
}

/** Whether the passphrase was missing: without it the state cannot be compared. */
function isLocked(problems: readonly string[]): boolean {
  return problems.some((problem) =>
    /passphrase|decrypt|message authentication failed/i.test(problem),
  );
}

type Answer = Pick<StackPreview, 'ok' | 'changes' | 'problems'>;

async function ask(
  stack: string,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<Answer> {
  const { exitCode, stdout, stderr, problem } = await captureResult(
    'pulumi',
    ['--cwd', folder, 'preview', '--json', '--non-interactive', '--stack', stack],
    { env },
  );
  const answer = parsePreview(stdout);
  if (answer === undefined)
    return {
      ok: exitCode === 0,
      changes: [],
      problems: [stderr.trim() || stdout.trim() || (problem ?? '')],
    };
  const problems = listProblems(answer);
  return {
    ok: exitCode === 0,
    changes: listChanges(answer),
    problems: problems.length === 0 && problem !== undefined ? [problem] : problems,
  };
}

function parsePreview(output: string): PulumiPreview | undefined {
  try {
    return JSON.parse(output) as PulumiPreview;
  } catch {
    return undefined; // pulumi stopped before its preview; the caller shows what it printed
  }
}
