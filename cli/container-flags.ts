/** Flags of `docker run`: no capability, and no file that can be written but those in /tmp. */
export const isolationFlags = [
  '--cap-drop',
  'ALL',
  '--security-opt',
  'no-new-privileges',
  '--read-only',
  '--tmpfs',
  '/tmp',
] as const;

/** Root without a network, with these capabilities alone: for files that belong to other users. */
export function rootFlags(capabilities: readonly string[]): string[] {
  const added = capabilities.flatMap((one) => ['--cap-add', one]);
  return ['--rm', '--network', 'none', '--user', '0:0', '--cap-drop', 'ALL', ...added];
}
