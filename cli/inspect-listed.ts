import { captureJson, captureLines } from './process.ts';

/**
 * Lists objects of the engine and inspects each of them.
 *
 * What is removed between the list and the inspection, as an update does, fails the inspection:
 * both are tried again.
 *
 * @param list arguments of `docker` that print ids
 * @param inspect arguments of `docker` that inspect the ids after them
 */
export async function inspectListed<Found>(
  list: readonly string[],
  inspect: readonly string[],
  attempts = 3,
): Promise<Found[]> {
  const ids = await captureLines('docker', list);
  if (ids.length === 0) return [];
  try {
    return await captureJson<Found[]>('docker', [...inspect, ...ids]);
  } catch (error) {
    if (attempts > 1) return inspectListed(list, inspect, attempts - 1);
    throw error;
  }
}
