import { nameOf } from '../containers.ts';
import type { Container } from '../containers.ts';
import { captureLines } from '../process.ts';

/** A data volume and how full its file system is. */
export interface VolumeRow {
  readonly volume: string;
  readonly usedPercent: number;
  readonly free: string;
  readonly container: string;
}

/**
 * Measures each volume of these containers once, from inside a container: it may lie on a disk of
 * its own, and on another host.
 */
export async function inspectVolumes(containers: readonly Container[]): Promise<VolumeRow[]> {
  const mounts = containers.flatMap((container) =>
    container.Mounts.map(({ Name, Source, Destination }) => ({
      volume: Name ?? Source,
      Destination,
      container: nameOf(container),
    })),
  );
  const once = [...new Map(mounts.toReversed().map((mount) => [mount.volume, mount])).values()];
  const rows = await Promise.all(
    once.map(async ({ volume, Destination, container }): Promise<VolumeRow> => {
      const [, line = ''] = await captureLines('docker', [
        'exec',
        container,
        'df',
        '-P',
        '-B',
        '1',
        Destination,
      ]);
      const [, , , available = '0', percent = '0%'] = line.split(/\s+/);
      return {
        volume,
        usedPercent: Number.parseInt(percent, 10),
        free: `${(Number(available) / 2 ** 30).toFixed(1)} GiB`,
        container,
      };
    }),
  );
  return rows.sort((one, other) => (one.volume < other.volume ? -1 : 1));
}
