import { settingRows } from '../../settings.ts';
import { port } from '../../settings/kinds/numbers.ts';
import { reservePort } from './reserve-port.ts';

/**
 * Settings of a stack that nothing else on this host gets in the way of: a reserved port for every
 * setting that is a port, those of later versions included.
 */
export async function reserveStackPorts(): Promise<Record<string, string>> {
  const reserved: Record<string, string> = {};
  for (const { key, kind } of Object.values(settingRows))
    if (kind.name === port.name) reserved[key] = String(await reservePort());
  return reserved;
}
