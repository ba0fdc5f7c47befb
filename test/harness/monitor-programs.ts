import { join } from 'node:path';

import { currentImages, monitorsVariable } from '../../offline/monitors/images.ts';
import { monitorsFolder } from '../../offline/monitors/programs.ts';
import { hasDebianPrograms, unpackDebianProgram } from './debian-program.ts';

/** Whether the tests run on the versions of the official images, as `./pulse test monitors` does. */
export const monitorsAreCurrent = process.env[monitorsVariable] === 'current';

/** Settings of a stack; none where the machine's own images are used. */
export const monitorImages = monitorsAreCurrent && {
  prometheusImage: currentImages.prometheus,
  alertmanagerImage: currentImages.alertmanager,
};

/** Elsewhere tests that need them are skipped. */
export const hasMonitorPrograms = monitorsAreCurrent || hasDebianPrograms;

const debianPackages = {
  prometheus: 'prometheus',
  promtool: 'prometheus',
  alertmanager: 'prometheus-alertmanager',
  amtool: 'prometheus-alertmanager',
} as const;

export type MonitorProgram = keyof typeof debianPackages;

/** @returns the path of a program of the version that the tests run on */
export function monitorProgram(name: MonitorProgram): Promise<string> {
  return monitorsAreCurrent ? Promise.resolve(currentProgram(name)) : debianProgram(name);
}

/** @returns a path, whether there is a file or not */
export function currentProgram(name: MonitorProgram): string {
  return join(monitorsFolder(), name);
}

export async function debianProgram(name: MonitorProgram): Promise<string> {
  const file = name === 'alertmanager' ? 'prometheus-alertmanager' : name;
  return join(await unpackDebianProgram(debianPackages[name]), 'usr/bin', file);
}
