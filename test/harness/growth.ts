/**
 * How the time of a function grows with the length of what it reads: the processor time for one
 * text over that for ten of a tenth of its length. About 1 where the time grows with the length,
 * about 10 where it grows with the square of it.
 *
 * The time of the whole process is counted, with compiling and collecting garbage, which may come
 * at any moment. So it is measured up to ten times, and the least counts: no such moment makes a
 * square of a line, and none makes the least of a square small.
 *
 * @param length of the long text, in whatever `run` counts; a multiple of ten
 */
export async function measureGrowth(
  length: number,
  run: (length: number) => unknown,
): Promise<number> {
  await run(length / 10);
  let least = Infinity;
  for (let round = 0; round < 10 && least > 3; round += 1) {
    const short = await measure(10, () => run(length / 10));
    const long = await measure(1, () => run(length));
    least = Math.min(least, long / short);
  }
  return least;
}

async function measure(times: number, run: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  for (let time = 0; time < times; time += 1) await run();
  const { user, system } = process.cpuUsage(before);
  // The system may count in steps of some milliseconds; a time below one is as good as one.
  return Math.max(user + system, 1_000);
}
