import { indexDocuments as definition } from '../../shared/commands/index-documents.ts';
import { workerCommand } from './command.ts';
import type { Answer } from './command.ts';
import { followIndexing } from './follow-indexing.ts';
import { storeLines } from './store-lines.ts';
import type { RejectedLine } from './store-lines.ts';

interface IndexResult {
  readonly accepted: number;
  readonly unchanged: number;
  readonly rejected: readonly RejectedLine[];
  /** Only with `--wait`: of the documents accepted, and of those unchanged. */
  readonly failed?: number;
  readonly left?: number;
  readonly why?: string | null;
}

export const indexDocuments = workerCommand(definition, async (context, { wait }) => {
  const { documentIds, ...stored } = await storeLines(context);
  if (!wait) return answerIndexed(stored);
  const { failed, left, why = null } = await followIndexing(context, documentIds);
  return answerIndexed({ ...stored, failed, left, why });
});

function answerIndexed(result: IndexResult): Answer {
  const { accepted, unchanged, rejected, failed, left = 0, why } = result;
  const failures = failed === undefined ? '' : `, ${failed} failed`;
  const rest =
    left === 0
      ? []
      : [`${left} are not indexed yet; the workers go on without this command: ${why}`];
  return {
    value: result,
    text: [
      `${accepted} accepted, ${unchanged} unchanged, ${rejected.length} rejected${failures}`,
      ...rejected.map(({ line, problem }) => `  line ${line}: ${problem}`),
      ...rest,
    ].join('\n'),
    ok: rejected.length === 0 && (failed ?? 0) === 0,
  };
}
