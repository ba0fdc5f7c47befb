import { doctor as definition } from '../../shared/commands/doctor.ts';
import { formatTable } from '../../shared/table.ts';
import type { Tool } from '../../toolchain/tool.ts';
import { toolsNeeded } from '../../toolchain/toolchain.ts';
import { end, hostCommand, print } from '../command.ts';

type ExaminedTool = Awaited<ReturnType<typeof examine>>;

export const doctor = hostCommand(definition, async ({ json }) => {
  const found = await Promise.all((await toolsNeeded()).map(examine));
  print(json ? JSON.stringify(found) : formatReport(found));
  end(found.every(({ way }) => way !== 'missing') ? 0 : 1);
});

async function examine({ name, purpose, byHand, ways, find }: Tool) {
  const found = await find();
  const neverTried = ways.filter(({ tried }) => !tried).map(({ way }) => way);
  return {
    tool: name,
    purpose,
    way: found?.way ?? 'missing',
    version: found?.version ?? '',
    where: found?.where ?? '',
    neverTried,
    byHand,
  };
}

function formatReport(found: readonly ExaminedTool[]): string {
  const rows = found.map(({ tool, way, version, where }) => ({ tool, way, version, where }));
  const missing = found
    .filter(({ way }) => way === 'missing')
    .map(
      ({ tool, purpose, byHand }) =>
        `${tool} (${purpose}) is missing: ./pulse up brings it, or ${byHand}`,
    );
  const untried = found
    .filter(({ neverTried }) => neverTried.length > 0)
    .map(({ tool, neverTried }) => `${tool} (${neverTried.join(', ')})`);
  const warning =
    untried.length === 0
      ? []
      : [
          `Never tried: ${untried.join(', ')}. ` +
            'These ways are written and were not walked by their makers.',
        ];
  return [formatTable(rows), ...missing, ...warning].join('\n\n');
}
