/** Whether a URL names every document of files beneath it: `file:///handbook/`. */
export function isFolderUrl(url: string): boolean {
  return /^file:\/\/.*\/$/i.test(url);
}
