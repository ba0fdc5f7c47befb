/** Preloaded by a worker: SIGUSR2 blocks its event loop for good. */
process.on('SIGUSR2', () => {
  for (;;);
});
