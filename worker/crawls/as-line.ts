/** @returns what a sender said as one line that Postgres takes, of so many characters at most */
export function asLine(text: string, maxLength: number): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  // A cut may go through a character.
  return line.slice(0, maxLength).toWellFormed();
}
