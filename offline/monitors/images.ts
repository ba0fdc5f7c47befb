import { join } from 'node:path';

import { captureLines, captureOutput } from '../../toolchain/process.ts';
import { runWithProgress } from '../../toolchain/step.ts';
import type { Report } from '../../toolchain/tool.ts';
import { installMonitors } from './programs.ts';

/** With the value `current`, tests run these images and programs in place of Debian's. */
export const monitorsVariable = 'PULSE_TEST_MONITORS';

/** Programs are where the official images have them; the tags never leave this machine. */
export const currentImages = {
  prometheus: 'pulse-test/prometheus:current',
  alertmanager: 'pulse-test/alertmanager:current',
} as const;

/** Which program of the release each image has, too. */
const toolOf = { prometheus: 'promtool', alertmanager: 'amtool' } as const;

/**
 * Compiles the programs, and makes the images anew, which takes seconds.
 *
 * @param debian an image with Debian's package manager
 */
export async function makeCurrentImages(debian: string, report: Report): Promise<void> {
  const folder = await installMonitors(report);
  for (const name of ['prometheus', 'alertmanager'] as const) {
    const reference = currentImages[name];
    const given = { BASE: debian, PROGRAM: name, TOOL: toolOf[name] };
    await runWithProgress(
      {
        doing: `building ${reference}`,
        command: 'docker',
        args: [
          'build',
          `--file=${join(import.meta.dirname, 'Dockerfile')}`,
          `--tag=${reference}`,
          ...Object.entries(given).map(([argument, value]) => `--build-arg=${argument}=${value}`),
          folder,
        ],
        remedy: 'Its Dockerfile is in offline/monitors; it needs Debian packages.',
      },
      report,
    );
  }
}

/** Removes them: an engine keeps no image that nobody will use. */
export async function removeCurrentImages(): Promise<void> {
  for (const reference of Object.values(currentImages)) {
    const made = await captureLines('docker', ['images', '--quiet', reference]);
    if (made.length > 0) await captureOutput('docker', ['rmi', '--force', reference]);
  }
}
