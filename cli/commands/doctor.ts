import { formatTable } from '../../shared/table.ts';
import type { Tool } from '../../toolchain/tool.ts';
import { command, end, print } from '../command.ts';
import { findNeededTools } from '../needed-tools.ts';

export const doctor = command('doctor', 'which tool came which way, what is missing, what to do', [
  './pulse doctor',
  './pulse doctor --json',
])
  .option('--json', 'answer for scripts')
  .action(async ({ json }: { json?: true }) => {
    const { engine, pulumi, images } = await findNeededTools();
    const found = await Promise.all([engine, ...pulumi, ...images].map(examined));
    const missing = found.filter(({ way }) => way === 'missing');
    if (json) print(JSON.stringify(found));
    else {
      print(
        formatTable(found.map(({ tool, way, version, where }) => ({ tool, way, version, where }))),
      );
      for (const { tool, purpose, byHand } of missing)
        print(`\n${tool} (${purpose}) is missing: ./pulse up brings it, or ${byHand}`);
      const untried = found.filter(({ neverTried }) => neverTried.length > 0);
      if (untried.length > 0)
        print(
          `\nNever tried: ${untried.map(({ tool, neverTried }) => `${tool} (${neverTried.join(', ')})`).join(', ')}. These ways are written and were not walked by their makers.`,
        );
    }
    end(missing.length === 0 ? 0 : 1);
  });

async function examined({ name, purpose, byHand, methods, find }: Tool) {
  const found = await find();
  const neverTried = methods.filter(({ isTried }) => !isTried).map(({ origin }) => origin);
  return {
    tool: name,
    purpose,
    way: found?.origin ?? 'missing',
    version: found?.version ?? '',
    where: found?.where ?? '',
    neverTried,
    byHand,
  };
}
