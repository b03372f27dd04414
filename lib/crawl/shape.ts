/** The form of a URL with what varies taken out: `/directory/profile.asp?id=*`. */
export function shapeOf(of: string | URL): string {
  const url = typeof of === 'string' ? new URL(of) : of;
  const segments = url.pathname.split('/');
  // A slash at the end does not make the last name another one.
  const last = segments.length - (segments.at(-1) === '' ? 2 : 1);
  const path = segments.map((s, i) =>
    i === last && s !== ''
      ? s.replace(/^[^.]*/, (stem) => (stem.length > 0 ? '*' : stem))
      : s.replace(/\d+/g, '*'),
  );
  // A script with a query is the same page for all values; its name stays.
  const stem = url.search && /\.\w{2,5}$/.test(url.pathname) ? segments : path;
  const names = url.search === '' ? '' : [...url.searchParams.keys()].sort().join('&');
  return `${url.host}${stem.join('/')}?${names}`;
}
