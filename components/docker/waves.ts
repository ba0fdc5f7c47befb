import type * as docker from '@pulumi/docker';

/**
 * Declares the members 1 to `replicas` so that an update rolls: a wave waits until the one before
 * it is healthy, and the first until `after` is.
 *
 * @param declare declares one member, which waits for `dependsOn`
 * @returns their containers, in the order of the waves
 */
export function declareInWaves(
  replicas: number,
  after: readonly docker.Container[],
  declare: (member: number, dependsOn: docker.Container[]) => docker.Container,
): docker.Container[] {
  const waves: docker.Container[][] = [];
  for (const wave of wavesOf(replicas)) {
    const dependsOn = waves.at(-1) ?? [...after];
    waves.push(wave.map((member) => declare(member, dependsOn)));
  }
  return waves.flat();
}

/**
 * Puts members 1 to `replicas` in the order of an update: odd, then even; where their number is odd
 * the last one comes on its own. No wave is more than half of them, except that a single member is
 * one. Not first and second half: scaling then hardly moves a member to another wave, and a
 * member's wave can be told from its name.
 */
export function wavesOf(replicas: number): number[][] {
  const members = membersOf(replicas);
  const last = replicas > 1 && replicas % 2 === 1 ? replicas : undefined;
  const odd = members.filter((member) => member % 2 === 1 && member !== last);
  const even = members.filter((member) => member % 2 === 0);
  return [odd, even, last === undefined ? [] : [last]].filter((wave) => wave.length > 0);
}

/** @returns 1 to `replicas` */
export function membersOf(replicas: number): number[] {
  return Array.from({ length: replicas }, (_, index) => index + 1);
}
