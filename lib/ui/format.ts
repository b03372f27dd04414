/** Numbers and times as the views show them. */

/** `0.4 s`, `12 s`, `2:14`, `1:02:14`. */
export function duration(ms: number): string {
  if (ms < 0 || !Number.isFinite(ms)) return '–';
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const total = Math.round(ms / 1000);
  if (total < 60) return `${total} s`;
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(total % 60)}` : `${minutes}:${two(total % 60)}`;
}

/** `12,400`. */
export function count(n: number): string {
  return Math.round(n).toLocaleString('en-US');
}

/** `0.5/s`, `48/s`, `12k/s`. */
export function rate(perS: number): string {
  if (perS >= 9_950) return `${Math.round(perS / 1000)}k/s`;
  return perS >= 9.95 ? `${Math.round(perS)}/s` : `${perS.toFixed(1)}/s`;
}

/** `412/900 pages`, or `412 pages` while the total is unknown. */
export function doneOf(done: number, total: number | null, unit: string): string {
  const amount = total === null ? count(done) : `${count(done)}/${count(total)}`;
  return unit ? `${amount} ${unit}` : amount;
}

/** `1 error`, `2 errors`. */
export function plural(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** `DISCOVERY` as `Discovery`. */
export function phaseName(phase: string): string {
  return phase.charAt(0) + phase.slice(1).toLowerCase().replaceAll('_', ' ');
}

/** The first counts of a finished phase: `900 pages, 12 links`. */
export function countsText(counts: Readonly<Record<string, number>>, most = 3): string {
  return Object.entries(counts)
    .slice(0, most)
    .map(([name, n]) => `${count(n)} ${name.replaceAll('_', ' ')}`)
    .join(', ');
}

/** Time of day in UTC, `12:03:11`. */
export function clockTime(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}
