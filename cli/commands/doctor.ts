import { doctor as definition } from '../../shared/commands/doctor.ts';
import { formatTable } from '../../shared/table.ts';
import type { Tool } from '../../toolchain/tool.ts';
import { end, hostCommand, print } from '../command.ts';
import { findNeededTools } from '../needed-tools.ts';

type ExaminedTool = Awaited<ReturnType<typeof examine>>;

export const doctor = hostCommand(definition, async ({ json }) => {
  const { engine, pulumi, images } = await findNeededTools();
  const found = await Promise.all([engine, ...pulumi, ...images].map(examine));
  print(json ? JSON.stringify(found) : formatReport(found));
  end(found.every(({ way }) => way !== 'missing') ? 0 : 1);
});

async function examine({ name, purpose, byHand, methods, find }: Tool) {
  const found = await find();
  const obstacles = await Promise.all(methods.map(({ findObstacle }) => findObstacle()));
  const neverTried = methods.filter(({ isTried }) => !isTried).map(({ origin }) => origin);
  return {
    tool: name,
    purpose,
    way: found?.origin ?? 'missing',
    version: found?.version ?? '',
    where: found?.where ?? '',
    obstacle: found === undefined && !obstacles.includes(undefined) ? obstacles[0] : undefined,
    neverTried,
    byHand,
  };
}

function formatReport(found: readonly ExaminedTool[]): string {
  const rows = found.map(({ tool, way, version, where }) => ({ tool, way, version, where }));
  const missing = found
    .filter(({ way }) => way === 'missing')
    .map(({ tool, purpose, obstacle, byHand }) =>
      obstacle === undefined
        ? `${tool} (${purpose}) is missing: ./pulse up installs it, or ${byHand}`
        : `${tool} (${purpose}) is missing, and ./pulse up cannot install it now: ${obstacle}. ` +
          `By hand: ${byHand}`,
    );
  const untried = found
    .filter(({ neverTried }) => neverTried.length > 0)
    .map(({ tool, neverTried }) => `${tool} (${neverTried.join(', ')})`);
  const warning =
    untried.length === 0
      ? []
      : [
          `Never tried: ${untried.join(', ')}. ` +
            'These ways of installing are written, but nobody has used them yet.',
        ];
  return [formatTable(rows), ...missing, ...warning].join('\n\n');
}
