import { runWithProgress } from './step.ts';
import type { Report } from './tool.ts';

/**
 * Installs Debian packages as root, without those they only recommend.
 *
 * @param remedy What to do when it fails.
 * @throws CommandError with the last lines that apt-get printed
 */
export async function installDebianPackages(
  packages: readonly string[],
  remedy: string,
  report: Report,
): Promise<void> {
  const apt = { command: 'apt-get', env: { DEBIAN_FRONTEND: 'noninteractive' }, remedy };
  await runWithProgress(
    { ...apt, doing: "reading Debian's package lists", args: ['update', '-q'] },
    report,
  );
  await runWithProgress(
    {
      ...apt,
      doing: `installing ${packages.join(' and ')}`,
      args: ['install', '-q', '-y', '--no-install-recommends', ...packages],
    },
    report,
  );
}
