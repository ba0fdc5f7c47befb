/** @returns where it is written what to do about an alarm: on the page, where people can find it */
export function runbookAddress(alarm: string, publicUrl: string | undefined): string {
  return publicUrl === undefined
    ? `docs/operations.md#${alarm.toLowerCase()}`
    : `${publicUrl}/runbook/${alarm}`;
}
