import { Command } from 'commander';

import { formatTable } from '../../shared/table.ts';
import { PulseError } from '../errors.ts';
import { rebuildKeywordIndex } from '../rebuild/keyword-index.ts';
import type { Services } from '../services.ts';
import type { Answer, Output, Run } from './command.ts';
import { progress } from './progress.ts';

/** `keywords check|rebuild` */
export function keywordsCommand(run: Run): Command {
  const keywords = new Command('keywords')
    .exitOverride()
    .description('the keyword index on its volume');
  const verb = (name: string, about: string): Command =>
    keywords.command(name).description(about).option('--json', 'answer for scripts');
  verb('check', 'whether its file is sound').action((output: Output) => run(check, output));
  verb(
    'rebuild',
    'write it anew from Postgres while workers go on; an unusable file is put aside; broken off, it goes on where it was',
  ).action((output: Output) => run(rebuilt, output));
  return keywords;
}

async function check({ keywords }: Services): Promise<Answer> {
  const problems = await keywords.problems().catch((error: unknown) => {
    if (!(error instanceof PulseError)) throw error;
    return [`${error.message} (./pulse explain ${error.code})`];
  });
  const ok = problems.length === 0;
  return {
    ok,
    value: { ok, problems },
    text: ok
      ? 'The keyword index is sound. (./pulse audit compares it with Postgres.)'
      : [...problems, './pulse keywords rebuild makes it anew.'].join('\n'),
  };
}

async function rebuilt(services: Services): Promise<Answer> {
  let told: ReturnType<typeof progress> | undefined;
  const { setAside, ...done } = await rebuildKeywordIndex(services, (pages, total) => {
    told ??= progress('pages written', total);
    told.tell(pages);
  });
  told?.end();
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
