/** The form of a URL with what varies taken out: `/directory/profile.asp?id=*`. */
export function shapeOf(text: string): string {
  const url = new URL(text);
  const segments = url.pathname.split('/');
  const path = segments.map((s, i) =>
    i === segments.length - 1 && s !== ''
      ? s.replace(/^[^.]*/, (stem) => (stem.length > 0 ? '*' : stem))
      : s.replace(/\d+/g, '*'),
  );
  // A script with a query is the same page for all values; its name stays.
  const stem = url.search && /\.\w{2,5}$/.test(url.pathname) ? segments : path;
  return `${url.host}${stem.join('/')}?${[...url.searchParams.keys()].sort().join('&')}`;
}
