/** `Retry-After` by RFC 9110 10.2.3: delay seconds, or one of the three HTTP-date forms, always GMT. */

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const TIME = '(\\d{2}):(\\d{2}):(\\d{2})';
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const LONG_DAY = '(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)';
const IMF = new RegExp(`^${DAY}, (\\d{2}) ([A-Z][a-z]{2}) (\\d{4}) ${TIME} GMT$`);
const RFC850 = new RegExp(`^${LONG_DAY}, (\\d{2})-([A-Z][a-z]{2})-(\\d{2}) ${TIME} GMT$`);
const ASCTIME = new RegExp(`^${DAY} ([A-Z][a-z]{2}) ([ \\d]\\d) ${TIME} (\\d{4})$`);

/** As long as milliseconds stay whole numbers. */
const MOST_SECONDS = Math.floor(Number.MAX_SAFE_INTEGER / 1000);

/** Milliseconds to wait from `now`; zero for a past date; null when unusable (then our own backoff counts). */
export function retryAfterMs(value: string | null | undefined, now: Date): number | null {
  const text = (value ?? '').replace(/^[ \t]+|[ \t]+$/g, '');
  if (/^\d+$/.test(text)) return Math.min(Number(text), MOST_SECONDS) * 1000;
  const at = httpDate(text, now);
  return at === null ? null : Math.max(0, at - now.getTime());
}

function httpDate(text: string, now: Date): number | null {
  let m = IMF.exec(text);
  if (m) return utc(m[3]!, m[2]!, m[1]!, m.slice(4, 7));
  m = RFC850.exec(text);
  if (m) {
    // What seems more than fifty years ahead is the most recent past year with these digits (RFC 9110 5.6.7).
    const century = Math.floor(now.getUTCFullYear() / 100) * 100;
    const inYear = (year: number) => utc(String(year), m![2]!, m![1]!, m!.slice(4, 7));
    const at = inYear(century + Number(m[3]));
    const fiftyAhead = new Date(now).setUTCFullYear(now.getUTCFullYear() + 50);
    return at !== null && at > fiftyAhead ? inYear(century - 100 + Number(m[3])) : at;
  }
  m = ASCTIME.exec(text);
  return m ? utc(m[6]!, m[1]!, m[2]!.trim(), m.slice(3, 6)) : null;
}

function utc(year: string, month: string, day: string, time: string[]): number | null {
  const index = MONTHS.indexOf(month);
  if (index < 0 || Number(time[0]) > 23 || Number(time[1]) > 59 || Number(time[2]) > 60) return null;
  const date = new Date(Date.UTC(Number(year), index, Number(day)));
  if (date.getUTCDate() !== Number(day)) return null; // the 31st of February
  return date.getTime() + ((Number(time[0]) * 60 + Number(time[1])) * 60 + Number(time[2])) * 1000;
}
