/**
 * Whether a version as servers write it (`1.9.3`, `v1.19.0-dev`) is older than `[major, minor]`;
 * one that names no number is not.
 */
export function isOlderThan(version: unknown, [major, minor]: readonly [number, number]): boolean {
  const [, foundMajor, foundMinor = '0'] = /^v?(\d+)(?:\.(\d+))?/.exec(String(version)) ?? [];
  if (foundMajor === undefined) return false;
  return Number(foundMajor) < major || (Number(foundMajor) === major && Number(foundMinor) < minor);
}
