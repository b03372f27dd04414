/** `Retry-After` by RFC 9110 10.2.3: delay seconds, or one of the three HTTP-date forms, always GMT. */

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const TIME = '(\\d{2}):(\\d{2}):(\\d{2})';
const IMF = new RegExp(`^[A-Z][a-z]{2}, (\\d{2}) ([A-Z][a-z]{2}) (\\d{4}) ${TIME} GMT$`);
const RFC850 = new RegExp(`^[A-Z][a-z]{5,8}, (\\d{2})-([A-Z][a-z]{2})-(\\d{2}) ${TIME} GMT$`);
const ASCTIME = new RegExp(`^[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \\d]\\d) ${TIME} (\\d{4})$`);

/** Milliseconds to wait from `now`; zero for a past date; null when unusable (then our own backoff counts). */
export function retryAfterMs(value: string | null | undefined, now: Date): number | null {
  const text = value?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text), 1e9) * 1000;
  const at = httpDate(text, now);
  return at === null ? null : Math.max(0, at - now.getTime());
}

function httpDate(text: string, now: Date): number | null {
  let m = IMF.exec(text);
  if (m) return utc(m[3]!, m[2]!, m[1]!, m.slice(4, 7));
  m = RFC850.exec(text);
  if (m) {
    // A year that seems more than fifty years ahead is the most recent past one with these digits (RFC 9110 5.6.7).
    const century = Math.floor(now.getUTCFullYear() / 100) * 100;
    let year = century + Number(m[3]);
    if (year > now.getUTCFullYear() + 50) year -= 100;
    return utc(String(year), m[2]!, m[1]!, m.slice(4, 7));
  }
  m = ASCTIME.exec(text);
  return m ? utc(m[6]!, m[1]!, m[2]!.trim(), m.slice(3, 6)) : null;
}

function utc(year: string, month: string, day: string, time: string[]): number | null {
  const index = MONTHS.indexOf(month);
  if (index < 0 || Number(time[0]) > 23 || Number(time[1]) > 59 || Number(time[2]) > 60) return null;
  const ms = Date.UTC(Number(year), index, Number(day), Number(time[0]), Number(time[1]), Number(time[2]));
  return new Date(ms).getUTCDate() === Number(day) ? ms : null;
}
