/** Text to HTML, escaped unless it was made by this tag. */

export type Raw = { readonly raw: string };
type Value = Raw | string | number | null | undefined | false | readonly Value[];

/** A template whose values are escaped; nested templates and arrays of them are not escaped again. */
export function html(strings: TemplateStringsArray, ...values: Value[]): Raw {
  let out = strings[0] ?? '';
  for (let i = 0; i < values.length; i++) out += render(values[i]) + (strings[i + 1] ?? '');
  return { raw: out };
}

/** Trusted markup, taken as it is. */
export const raw = (text: string): Raw => ({ raw: text });

/** The five characters that matter in text and in attributes. */
export function escapeHtml(text: string): string {
  return /[&<>"']/.test(text)
    ? text
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;')
        .replaceAll("'", '&#39;')
    : text;
}

/** A JSON-LD script block; `</` is broken up as a careful template would. */
export const jsonLd = (value: unknown): Raw =>
  raw(`<script type="application/ld+json">${JSON.stringify(value).replaceAll('</', '<\\/')}</script>`);

function render(value: Value): string {
  if (value === null || value === undefined || value === false) return '';
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  if ('raw' in value) return value.raw;
  return value.map(render).join('');
}
