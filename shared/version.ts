/**
 * Whether a version is older than `[major, minor]`. A text without a number is not.
 *
 * @param version As servers write it: `1.9.3` or `v1.19.0-dev`.
 */
export function isOlderThan(version: unknown, [major, minor]: readonly [number, number]): boolean {
  const [, foundMajor, foundMinor = '0'] = /^v?(\d+)(?:\.(\d+))?/.exec(String(version)) ?? [];
  if (foundMajor === undefined) return false;
  return Number(foundMajor) < major || (Number(foundMajor) === major && Number(foundMinor) < minor);
}
