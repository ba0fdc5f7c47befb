import { keywords as definition } from '../../shared/commands/keywords.ts';
import { formatTable } from '../../shared/table.ts';
import { PulseError } from '../errors.ts';
import { rebuildKeywordIndex } from '../rebuild/keyword-index.ts';
import { workerGroup } from './command.ts';
import type { Answer, Context } from './command.ts';

export const keywords = workerGroup(definition, { check, state, rebuild });

async function check({ services }: Context): Promise<Answer> {
  const problems = await services.keywords.problems().catch((error: unknown) => {
    if (!(error instanceof PulseError)) throw error;
    return [`${error.message} (./pulse explain ${error.code})`];
  });
  const ok = problems.length === 0;
  return {
    ok,
    value: { ok, problems },
    text: ok
      ? 'The keyword index is sound. (./pulse audit compares it with Postgres.)'
      : [...problems, './pulse keywords rebuild writes it again.'].join('\n'),
  };
}

async function state({ services }: Context): Promise<Answer> {
  const { fullSince, documents, older } = await services.keywords.state();
  const value = {
    // Without an older file it is searched from its first document on.
    isBuilding: older !== null && fullSince === null,
    documents,
    fullSince,
    older,
  };
  const { isBuilding } = value;
  const ofOlder = older === null ? '' : ` of ${older.documents}`;
  const text = isBuilding
    ? `${documents}${ofOlder} documents are in the new file; the old one is searched until it is full.`
    : `${documents} documents; the index is in use.`;
  return { ok: true, value, text };
}

async function rebuild({ services, startProgress }: Context): Promise<Answer> {
  const progress = startProgress('documents written');
  const { setAside, ...done } = await rebuildKeywordIndex(
    services,
    (written, total) => progress.update({ done: written, total }),
    // A worker that finds the index empty, as after a restore, rebuilds it by itself.
    () => progress.update({ done: 0, note: 'waiting for another rebuild, as of a worker' }),
  );
  progress.end();
  const problems = await services.keywords.problems();
  const kept =
    setAside === null
      ? []
      : [`The unusable file is kept as ${setAside}; delete it when you need it no more.`];
  return {
    ok: problems.length === 0,
    value: { ...done, setAside, problems },
    text: [formatTable([done]), ...kept, ...problems].join('\n'),
  };
}
