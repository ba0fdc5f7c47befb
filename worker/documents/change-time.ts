/**
 * Minutes east of UTC of the abbreviations that the time zone database (2026c) has in use. Python
 * writes them for `%Z`. Left out are those of several zones: CDT, CST, IST, PST.
 */
const abbreviations: ReadonlyMap<string, number> = new Map(
  (
    [
      [0, 'Z UTC UCT GMT WET'],
      [60, 'WEST BST CET MET WAT'],
      [120, 'CEST MEST EET CAT SAST'],
      [180, 'EEST EAT IDT MSK'],
      [300, 'PKT'],
      [420, 'WIB'],
      [480, 'AWST HKT WITA'],
      [540, 'JST KST WIT'],
      [570, 'ACST'],
      [600, 'AEST CHST'],
      [630, 'ACDT'],
      [660, 'AEDT'],
      [720, 'NZST'],
      [780, 'NZDT'],
      [-150, 'NDT'],
      [-180, 'ADT'],
      [-210, 'NST'],
      [-240, 'AST EDT'],
      [-300, 'EST'],
      [-360, 'MDT'],
      [-420, 'MST PDT'],
      [-480, 'AKDT'],
      [-540, 'AKST HDT'],
      [-600, 'HST'],
      [-660, 'SST'],
    ] as const
  ).flatMap(([minutes, names]) => names.split(' ').map((name) => [name, minutes])),
);

const local = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(\S.*)?$/;
const offset = /^(?:UTC|GMT)?([+-])(\d\d):?(\d\d)?(?::?\d\d)?$/;

/**
 * Reads the time of a change as changedetection.io writes it: the local time of its host with the
 * zone's offset, abbreviation or name, or seconds since 1970.
 *
 * @returns undefined where it names no instant, or several: without a zone, with an abbreviation of
 *   more than one zone, in the hour that a zone's clocks repeat or leave out
 */
export function readChangeTime(text: string): Date | undefined {
  if (/^\d{9,10}(?:\.\d+)?$/.test(text)) return new Date(Number(text) * 1_000);
  const [, year, month, day, hour, minute, second = '00', zone = ''] =
    local.exec(text.trim()) ?? [];
  // Without it there is no time either.
  if (zone === '') return undefined;
  const written = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const asUtcMs = Date.parse(written);
  // 31 February would be another day.
  if (Number.isNaN(asUtcMs) || new Date(asUtcMs).toISOString() !== written) return undefined;
  const minutes = readOffset(zone, asUtcMs);
  return minutes === undefined ? undefined : new Date(asUtcMs - minutes * 60_000);
}

function readOffset(zone: string, asUtcMs: number): number | undefined {
  const [, sign, hours, minutes = '0'] = offset.exec(zone) ?? [];
  if (sign !== undefined) {
    const distance = Number(hours) * 60 + Number(minutes);
    // No zone is further from UTC.
    if (distance > 14 * 60 || Number(minutes) > 59) return undefined;
    return sign === '-' ? -distance : distance;
  }
  const known = abbreviations.get(zone.toUpperCase());
  return known ?? (zone.includes('/') ? offsetOfZone(zone, asUtcMs) : undefined);
}

/** @returns what a zone's clocks are ahead by when they show this time; undefined if not once */
function offsetOfZone(zone: string, asUtcMs: number): number | undefined {
  const dayMs = 86_400_000;
  const around = [asUtcMs - dayMs, asUtcMs + dayMs].map((ms) => offsetAt(zone, ms));
  const fitting = [...new Set(around)].filter(
    (minutes) => minutes !== undefined && offsetAt(zone, asUtcMs - minutes * 60_000) === minutes,
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}

function offsetAt(zone: string, instantMs: number): number | undefined {
  try {
    const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
    const { value = '' } =
      format.formatToParts(instantMs).find(({ type }) => type === 'timeZoneName') ?? {};
    return value === 'GMT' ? 0 : readOffset(value, instantMs);
  } catch {
    return undefined; // there is no such zone
  }
}
