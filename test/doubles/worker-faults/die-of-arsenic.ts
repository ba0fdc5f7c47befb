/**
 * Preloaded by a worker: ends it as the memory limit does, with its other jobs in hand, whenever it
 * sends a text with the word "arsenic" to be embedded.
 */
const stringify = JSON.stringify.bind(JSON) as (...args: readonly unknown[]) => string;

JSON.stringify = (...args: readonly unknown[]): string => {
  const [value] = args;
  if (typeof value === 'string' && value.includes('arsenic')) process.kill(process.pid, 'SIGKILL');
  return stringify(...args);
};
