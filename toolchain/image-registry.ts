/** Long enough for a slow proxy, short enough for `./pulse up` to ask every time. */
const answerLimitMs = 3_000;

/**
 * Asks Docker Hub's registry, which answers 401 with a header of its own. Where it answers, the
 * official images are used and no image is built here.
 */
export async function isImageRegistryReachable(): Promise<boolean> {
  try {
    const answer = await fetch('https://registry-1.docker.io/v2/', {
      signal: AbortSignal.timeout(answerLimitMs),
    });
    return answer.headers.has('docker-distribution-api-version');
  } catch {
    // Every failure to get there means that it cannot be reached.
    return false;
  }
}
